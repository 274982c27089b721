-- One manager says for which places in the lines of which buckets it waits; whose turn it is learns so.
-- A manager that has not asked for a while has lost its places, and so has a place that it no longer names.
-- KEYS: state, free, holders, line, managers
-- ARGV: manager, spacing, hold, lapse, how long to be quiet if nothing is known here (-1: say so), places "bucket id"...
-- Gives: "unknown", or for each place 0 (its turn) or the milliseconds until it is worth asking again
local state, free, holders, line, managers = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local manager, spacing, hold, lapse, quiet = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Another life of Redis, or a replica in its place, may know an old state or none.
local life = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
if redis.call('HGET', state, 'life') ~= life then
  if quiet < 0 then return { 'unknown' } end
  redis.call('DEL', free, holders, line, managers, state)
  redis.call('HSET', state, 'life', life, 'quiet', string.format('%.0f', now + quiet), 'places', 0)
end

redis.call('HSET', managers, manager, string.format('%.0f', now))
local wanted = {}
for at = 6, #ARGV do
  wanted[ARGV[at]] = at
  local place = ARGV[at] .. ' ' .. manager
  local bucket = string.match(place, '^%S+')
  if redis.call('HGET', holders, bucket) ~= place and not redis.call('ZSCORE', line, place) then
    redis.call('ZADD', line, redis.call('HINCRBY', state, 'places', 1), place)
  end
end

local alive = {}
local seen = redis.call('HGETALL', managers)
for at = 1, #seen, 2 do
  alive[seen[at]] = now - seen[at + 1] <= lapse
  if not alive[seen[at]] then redis.call('HDEL', managers, seen[at]) end
end

local first = {}
for _, place in ipairs(redis.call('ZRANGE', line, 0, -1)) do
  local bucket, id, whose = string.match(place, '^(%S+) (%S+) (.*)$')
  if not alive[whose] or (whose == manager and not wanted[bucket .. ' ' .. id]) then
    redis.call('ZREM', line, place)
  elseif not first[bucket] then
    first[bucket] = place
  end
end

local quietUntil = tonumber(redis.call('HGET', state, 'quiet'))
local answer = {}
for at = 6, #ARGV do
  local place = ARGV[at] .. ' ' .. manager
  local bucket = string.match(place, '^%S+')
  local freeAt = math.max(quietUntil, tonumber(redis.call('HGET', free, bucket) or 0))
  if redis.call('HGET', holders, bucket) == place then
    -- The answer that said so was lost.
    answer[#answer + 1] = 0
  elseif first[bucket] == place and now >= freeAt then
    redis.call('ZREM', line, place)
    redis.call('HSET', holders, bucket, place)
    -- As if it were sent at the last moment; sent.lua brings that forward.
    redis.call('HSET', free, bucket, string.format('%.0f', now + hold + spacing))
    first[bucket] = nil
    answer[#answer + 1] = 0
  else
    answer[#answer + 1] = math.max(1, freeAt - now)
  end
end
return answer
