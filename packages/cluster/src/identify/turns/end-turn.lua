-- Ends a turn: with the spacing after it when something was sent, at once when nothing was.
-- KEYS: free, holders. ARGV: place "bucket id manager", spacing, or -1 when nothing was sent
local free, holders = KEYS[1], KEYS[2]
local place, spacing = ARGV[1], tonumber(ARGV[2])
local bucket = string.match(place, '^%S+')
local isHolder = redis.call('HGET', holders, bucket) == place
local time = redis.call('TIME')
local freeAt = time[1] * 1000 + math.floor(time[2] / 1000) + spacing
if isHolder then
  redis.call('HDEL', holders, bucket)
elseif spacing >= 0 then
  -- One that comes too late still holds up those after it.
  freeAt = math.max(freeAt, tonumber(redis.call('HGET', free, bucket) or 0))
else
  return 0
end
redis.call('HSET', free, bucket, string.format('%.0f', freeAt))
return 1
