-- Everything at one position of the history of changes. Of notices: cluster/source, ms that are left of it, JSON.
-- KEYS: shards, totals, epoch, seq, notices, generations, processes. ARGV: an epoch for a Redis that has none
redis.call('SET', KEYS[3], ARGV[1], 'NX')
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local notices = {}
local stored = redis.call('HGETALL', KEYS[5])
for at = 1, #stored, 2 do
  local untilMs, json = string.match(stored[at + 1], '^(%d+) (.*)$')
  local leftMs = tonumber(untilMs) - nowMs
  if leftMs > 0 then
    notices[#notices + 1] = { stored[at], leftMs, json }
  else
    redis.call('HDEL', KEYS[5], stored[at])
  end
end
return {
  redis.call('GET', KEYS[3]),
  tonumber(redis.call('GET', KEYS[4]) or '0'),
  redis.call('HGETALL', KEYS[2]),
  redis.call('HGETALL', KEYS[1]),
  notices,
  redis.call('HGETALL', KEYS[6]),
  redis.call('HGETALL', KEYS[7]),
}
