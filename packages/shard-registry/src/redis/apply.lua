-- Applies the pushes of one moment, and tells every replica what came of them.
-- The rules are those of transitions.ts; the contract test holds both to the same.
-- KEYS: shards (hash), deadlines (sorted set), totals (hash), epoch, seq
-- ARGV: channel, health timeout in ms, an epoch for a Redis that has none, then one text for each operation:
--   p|s cluster/shard state ping|- guilds|- process|-    a push; s tells it even where nothing changed
--   h cluster/shard                                      health
--   t cluster total set|atleast                          how many shards there are
--   i cluster JSON                                       what a process says of itself: kept by the replicas
local shards, deadlines, totals, epochKey, seqKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local channel, timeout, newEpoch = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local now = string.format('%.0f', nowMs)
local UNHEALTHY, OFFLINE, ONLINE = '1', '2', '3'
local timeouts = { ['3'] = 1, ['4'] = 1, ['5'] = 10, ['6'] = 1 }
local lines = {}

local function read(field)
  local packed = redis.call('HGET', shards, field)
  if not packed then return nil end
  local state, since, healthy, ping, guilds, process =
    string.match(packed, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
  return { state = state, since = since, healthy = healthy, ping = ping, guilds = guilds, process = process }
end

local function write(kind, field, record)
  local packed = table.concat(
    { record.state, record.since, record.healthy, record.ping, record.guilds, record.process }, ' ')
  redis.call('HSET', shards, field, packed)
  local allowed = timeouts[record.state]
  if allowed then
    redis.call('ZADD', deadlines, string.format('%.0f', nowMs + allowed * timeout), field)
  else
    redis.call('ZREM', deadlines, field)
  end
  lines[#lines + 1] = kind .. ' ' .. field .. ' ' .. packed
end

local function resize(cluster, total, mode)
  local before = tonumber(redis.call('HGET', totals, cluster) or '0')
  if before == total or (mode == 'atleast' and before > total) then return end
  redis.call('HSET', totals, cluster, total)
  for shard = total, before - 1 do
    local field = cluster .. '/' .. shard
    redis.call('HDEL', shards, field)
    redis.call('ZREM', deadlines, field)
  end
  lines[#lines + 1] = 't ' .. cluster .. ' ' .. total
end

local none = { state = '', healthy = '-', ping = '-', guilds = '-', process = '-' }

for at = 4, #ARGV do
  local op, field, rest = string.match(ARGV[at], '^(%a) (%S+) ?(.*)$')
  if op == 't' then
    local total, mode = string.match(rest, '^(%d+) (%a+)$')
    resize(field, tonumber(total), mode)
  elseif op == 'i' then
    lines[#lines + 1] = ARGV[at]
  else
    local before = read(field) or none
    if op == 'h' then
      local revived = before.state == '' or before.state == '0' or before.state == UNHEALTHY
      local after = before.state ~= OFFLINE and now or before.healthy
      write(revived and 'r' or 'h', field, {
        state = revived and ONLINE or before.state,
        since = revived and now or before.since,
        healthy = after, ping = before.ping, guilds = before.guilds, process = before.process,
      })
    else
      local value, ping, guilds, process = string.match(rest, '^(%d) (%S+) (%S+) (%S+)$')
      local same = before.state == value
      write((op == 's' or not same) and 's' or 'h', field, {
        state = value,
        since = same and before.since or now,
        healthy = timeouts[value] and now or before.healthy,
        ping = ping,
        guilds = guilds == '-' and before.guilds or guilds,
        process = process == '-' and before.process or process,
      })
    end
  end
end

redis.call('SET', epochKey, newEpoch, 'NX')
local epoch = redis.call('GET', epochKey)
local seq = redis.call('INCR', seqKey)
redis.call('PUBLISH', channel, epoch .. ' ' .. seq .. ' ' .. now .. ' push\n' .. table.concat(lines, '\n'))
return { epoch, seq }
