-- Gives back to a Redis that has lost it what a replica still knows of a cluster, and tells the other replicas.
-- What Redis knows of a shard stays when it is newer, and all of it stays when the cluster was laid out anew since.
-- KEYS: shards, deadlines, totals, epoch, seq, generations, notices
-- ARGV: channel, health timeout in ms, an epoch for a Redis that has none, cluster, total, generation, then
--   p cluster/shard and its record as apply.lua packs it
--   n cluster/source until JSON
local shards, deadlines, totals, epochKey, seqKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local generations, notices = KEYS[6], KEYS[7]
local channel, timeout, newEpoch, cluster, total = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local now = string.format('%.0f', nowMs)
local timeouts = { ['3'] = 1, ['4'] = 1, ['5'] = 10, ['6'] = 1 }
local lines = {}

local function tell(line) lines[#lines + 1] = line end

local storedTotal = redis.call('HGET', totals, cluster)
local stored = redis.call('HGET', generations, cluster)
local isSame = (not storedTotal or storedTotal == total)
  and (not stored or string.match(stored, '^%d+') == ARGV[6])

if isSame and not storedTotal and tonumber(total) > 0 then
  redis.call('HSET', totals, cluster, total)
  tell('t ' .. cluster .. ' ' .. total)
end
if isSame and not stored then redis.call('HSET', generations, cluster, ARGV[6] .. ' ' .. now) end

local function heardAt(packed)
  local since, healthy = string.match(packed, '^%S+ (%S+) (%S+)')
  return math.max(tonumber(since) or 0, tonumber(healthy) or 0)
end

for at = 7, #ARGV do
  local op, field, rest = string.match(ARGV[at], '^(%a) (%S+) (.*)$')
  if op == 'n' then
    local json = string.match(rest, '^%d+ (.*)$')
    if redis.call('HSETNX', notices, field, rest) == 1 then tell('n ' .. field .. ' ' .. json) end
  elseif isSame then
    local known = redis.call('HGET', shards, field)
    if not known or heardAt(known) < heardAt(rest) then
      redis.call('HSET', shards, field, rest)
      local allowed = timeouts[string.sub(rest, 1, 1)]
      if allowed then
        redis.call('ZADD', deadlines, string.format('%.0f', nowMs + allowed * timeout), field)
      else
        redis.call('ZREM', deadlines, field)
      end
      tell('s ' .. field .. ' ' .. rest)
    end
  end
end

redis.call('SET', epochKey, newEpoch, 'NX')
if #lines == 0 then return 0 end
local epoch = redis.call('GET', epochKey)
local seq = redis.call('INCR', seqKey)
redis.call('PUBLISH', channel, epoch .. ' ' .. seq .. ' ' .. now .. ' restore\n' .. table.concat(lines, '\n'))
return #lines
