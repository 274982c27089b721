-- Turns shards Unhealthy whose deadline is over, some hundred at a time. Several replicas may do so at once:
-- removing the deadline and changing the state are one step, so each shard is turned by exactly one of them.
-- KEYS: shards, deadlines, epoch, seq, generations, totals, processes, when each of them was last seen
-- ARGV: channel, an epoch for a Redis that has none, how many at most,
-- the time after which nobody waits for it any more: a sweep that lay in a frozen Redis would find all silent;
-- health timeout in ms
local shards, deadlines, epochKey, seqKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local generations, totals, processes, processesSeen = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local DAY_MS = 86400000
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
if nowMs > tonumber(ARGV[4]) then return redis.error_reply('LATE Redis was frozen: others may have pushed') end
local now = string.format('%.0f', nowMs)
local overdue = redis.call('ZRANGEBYSCORE', deadlines, '-inf', now, 'LIMIT', 0, ARGV[3])
local lines = {}

-- A layout that was coming and is told of no more was given up.
for _, cluster in ipairs(redis.call('HKEYS', generations)) do
  local lastMs = string.match(redis.call('HGET', generations, cluster), ' (%d+)$')
  if string.sub(cluster, -1) == '+' and nowMs >= tonumber(lastMs or 0) + tonumber(ARGV[5]) then
    for shard = 0, tonumber(redis.call('HGET', totals, cluster) or '0') - 1 do
      redis.call('HDEL', shards, cluster .. '/' .. shard)
      redis.call('ZREM', deadlines, cluster .. '/' .. shard)
    end
    redis.call('HDEL', totals, cluster)
    redis.call('HDEL', generations, cluster)
    lines[#lines + 1] = 'a ' .. string.sub(cluster, 1, -2) .. ' -'
  end
end

for _, process in ipairs(redis.call('ZRANGEBYSCORE', processesSeen, '-inf', nowMs - DAY_MS, 'LIMIT', 0, 100)) do
  redis.call('HDEL', processes, process)
  redis.call('ZREM', processesSeen, process)
end

if #overdue == 0 and #lines == 0 then return { 0, '', 0 } end
for _, field in ipairs(overdue) do
  redis.call('ZREM', deadlines, field)
  local packed = redis.call('HGET', shards, field)
  if packed then
    local healthy, guilds, others = string.match(packed, '^%S+ %S+ (%S+) %S+ (%S+) (.*)$')
    local after = table.concat({ '1', now, healthy, '-', guilds, others }, ' ')
    redis.call('HSET', shards, field, after)
    lines[#lines + 1] = 's ' .. field .. ' ' .. after
  end
end
redis.call('SET', epochKey, ARGV[2], 'NX')
local epoch = redis.call('GET', epochKey)
local seq = redis.call('INCR', seqKey)
redis.call('PUBLISH', ARGV[1], epoch .. ' ' .. seq .. ' ' .. now .. ' sweep\n' .. table.concat(lines, '\n'))
return { #overdue, epoch, seq }
