-- Where the history of changes stands, and what time it is there: enough to tell whether a picture is current.
-- KEYS: epoch, seq
local time = redis.call('TIME')
return {
  redis.call('GET', KEYS[1]) or '',
  tonumber(redis.call('GET', KEYS[2]) or '0'),
  time[1] * 1000 + math.floor(time[2] / 1000),
}
