-- Applies the pushes of one moment, and tells every replica what came of them.
-- The rules are those of transitions.ts; the contract test holds both to the same.
-- The layout that a cluster is coming to is kept as a cluster of its own, with a + behind its name.
-- KEYS: shards (hash), deadlines (sorted set), totals (hash), epoch, seq, generations (hash), notices (hash),
-- processes (hash), when each of them was last seen (sorted set)
-- ARGV: channel, health timeout and lifetime of notices in ms, an epoch for a Redis that has none, the time after
-- which nobody waits for it any more, how many sources of notices a cluster may have, then the operations, a line each:
-- one argument costs the server much less than thousands:
--   g cluster generation                                 whose t, i and p follow: left out while a newer one pushes
--   p|s cluster/shard state ping|- guilds|- process|- reconnects|- reconnected|-
--                                                        a push; s tells it even where nothing changed
--   h cluster/shard                                      health
--   t cluster total set|atleast                          how many shards there are
--   n cluster/source JSON                                what the source has to tell; [] takes it down
--   i cluster id JSON                                    what a process says of itself
local shards, deadlines, totals, epochKey, seqKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local generations, notices, processes, processesSeen = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local channel, timeout, noticeLifetime, newEpoch = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local mostSources = tonumber(ARGV[6])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
if nowMs > tonumber(ARGV[5]) then return redis.error_reply('LATE Redis was frozen: what was pushed is old') end
local now = string.format('%.0f', nowMs)
local UNHEALTHY, OFFLINE, ONLINE = '1', '2', '3'
local timeouts = { ['3'] = 1, ['4'] = 1, ['5'] = 10, ['6'] = 1 }
local lines = {}

local function read(field)
  local packed = redis.call('HGET', shards, field)
  if not packed then return nil end
  local state, since, healthy, ping, guilds, process, reconnects, reconnected =
    string.match(packed, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
  return {
    state = state, since = since, healthy = healthy, ping = ping, guilds = guilds, process = process,
    reconnects = reconnects, reconnected = reconnected,
  }
end

local function write(kind, field, record)
  local packed = table.concat({
    record.state, record.since, record.healthy, record.ping, record.guilds, record.process,
    record.reconnects, record.reconnected,
  }, ' ')
  redis.call('HSET', shards, field, packed)
  local allowed = timeouts[record.state]
  if allowed then
    redis.call('ZADD', deadlines, string.format('%.0f', nowMs + allowed * timeout), field)
  else
    redis.call('ZREM', deadlines, field)
  end
  lines[#lines + 1] = kind .. ' ' .. field .. ' ' .. packed
end

local function forget(cluster, from, to)
  if from > to then return end
  for shard = from, to do
    local field = cluster .. '/' .. shard
    redis.call('HDEL', shards, field)
    redis.call('ZREM', deadlines, field)
  end
  -- What this call has already told of them would bring them back in the replicas.
  local kept = {}
  for _, line in ipairs(lines) do
    local name, shard = string.match(line, '^[srh] (%S+)/(%d+) ')
    if name ~= cluster or tonumber(shard) < from then kept[#kept + 1] = line end
  end
  lines = kept
end

local function resize(cluster, total, mode, anew)
  local before = tonumber(redis.call('HGET', totals, cluster) or '0')
  if before == total or (mode == 'atleast' and before > total) then return end
  redis.call('HSET', totals, cluster, total)
  forget(cluster, anew and 0 or total, before - 1)
  lines[#lines + 1] = (anew and 'T ' or 't ') .. cluster .. ' ' .. total
end

local newest = {}
local overtaken, anew = false, false

local function newestOf(cluster)
  local known = newest[cluster]
  if not known then
    local stored = redis.call('HGET', generations, cluster)
    local number, lastMs = string.match(stored or '', '^(%d+) (%d+)$')
    known = { generation = tonumber(number or 0), lastMs = tonumber(lastMs or 0), isKnown = number ~= nil }
    newest[cluster] = known
  end
  return known
end

local function moveProcess(from, to)
  local said = redis.call('HGET', processes, from)
  if not said then return end
  redis.call('HDEL', processes, from)
  redis.call('ZREM', processesSeen, from)
  if not to then return end
  redis.call('HSET', processes, to, said)
  redis.call('ZADD', processesSeen, now, to)
end

-- The layout that was coming becomes the present one with all that is known of it, or is forgotten.
local function endComing(cluster, adopted)
  local coming = cluster .. '+'
  local total = tonumber(redis.call('HGET', totals, coming) or '0')
  if adopted then
    forget(cluster, 0, tonumber(redis.call('HGET', totals, cluster) or '0') - 1)
    redis.call('HSET', totals, cluster, total)
  end
  for shard = 0, total - 1 do
    local from, to = coming .. '/' .. shard, cluster .. '/' .. shard
    local record = read(from)
    local deadline = redis.call('ZSCORE', deadlines, from)
    if record then
      moveProcess(coming .. '/' .. record.process, adopted and cluster .. '/' .. record.process)
      if adopted then
        redis.call('HSET', shards, to, redis.call('HGET', shards, from))
        if deadline then redis.call('ZADD', deadlines, deadline, to) end
      end
    end
  end
  forget(coming, 0, total - 1)
  redis.call('HDEL', totals, coming)
  redis.call('HDEL', generations, coming)
  newest[coming] = nil
  -- So much has changed that the replicas load it.
  lines[#lines + 1] = 'a ' .. cluster .. ' -'
end

local function beginPush(cluster, generation)
  local known = newestOf(cluster)
  local present = string.match(cluster, '^(.*)%+$')
  if present then
    -- One that comes no more: it is there.
    overtaken = newestOf(present).isKnown and generation <= newestOf(present).generation
    if overtaken then return end
  end
  overtaken = generation < known.generation and nowMs < known.lastMs + timeout
  if overtaken then return end
  local coming = not present and newestOf(cluster .. '+')
  if coming and (coming.isKnown or coming.hasPushed) and coming.generation <= generation then
    endComing(cluster, coming.generation == generation)
  end
  anew = generation ~= known.generation
  if anew then lines[#lines + 1] = 'g ' .. cluster .. ' ' .. string.format('%.0f', generation) end
  known.generation, known.lastMs, known.hasPushed, known.isKnown = generation, nowMs, true, true
end

local function hasRoom(field)
  local cluster = string.match(field, '^[^/]+/')
  local telling = 0
  for _, other in ipairs(redis.call('HKEYS', notices)) do
    if string.sub(other, 1, #cluster) == cluster then
      local untilMs = string.match(redis.call('HGET', notices, other), '^%d+')
      if tonumber(untilMs or 0) > nowMs then telling = telling + 1 else redis.call('HDEL', notices, other) end
    end
  end
  return telling < mostSources
end

local function post(field, json)
  if json == '[]' then
    redis.call('HDEL', notices, field)
  elseif redis.call('HEXISTS', notices, field) == 0 and not hasRoom(field) then
    -- Whoever told it looks for it in what is shown.
    return
  else
    redis.call('HSET', notices, field, string.format('%.0f', nowMs + noticeLifetime) .. ' ' .. json)
  end
  lines[#lines + 1] = 'n ' .. field .. ' ' .. json
end

local none = {
  state = '', healthy = '-', ping = '-', guilds = '-', process = '-', reconnects = '-', reconnected = '-',
}

local function run(operation)
  local op, field, rest = string.match(operation, '^(%a) (%S+) ?(.*)$')
  if op == 'g' then
    beginPush(field, tonumber(rest))
  elseif op == 'n' then
    post(field, rest)
  elseif overtaken and (op == 't' or op == 'i' or op == 'p') then
    -- Of a layout that is being left.
  elseif op == 't' then
    local total, mode = string.match(rest, '^(%d+) (%a+)$')
    resize(field, tonumber(total), mode, anew)
  elseif op == 'i' then
    local id, json = string.match(rest, '^(%S+) (.*)$')
    redis.call('HSET', processes, field .. '/' .. id, now .. ' ' .. json)
    redis.call('ZADD', processesSeen, now, field .. '/' .. id)
    lines[#lines + 1] = 'i ' .. field .. ' ' .. json
  else
    local before = read(field) or none
    if op == 'h' then
      local revived = before.state == '' or before.state == '0' or before.state == UNHEALTHY
      local after = before.state ~= OFFLINE and now or before.healthy
      write(revived and 'r' or 'h', field, {
        state = revived and ONLINE or before.state,
        since = revived and now or before.since,
        healthy = after, ping = before.ping, guilds = before.guilds, process = before.process,
        reconnects = before.reconnects, reconnected = before.reconnected,
      })
    else
      local value, ping, guilds, process, reconnects, reconnected =
        string.match(rest, '^(%d) (%S+) (%S+) (%S+) (%S+) (%S+)$')
      local same = before.state == value
      write((op == 's' or not same) and 's' or 'h', field, {
        state = value,
        since = same and before.since or now,
        healthy = timeouts[value] and now or before.healthy,
        ping = ping,
        guilds = guilds == '-' and before.guilds or guilds,
        process = process == '-' and before.process or process,
        reconnects = reconnects, reconnected = reconnected,
      })
    end
  end
end

local isDone, fault = pcall(function()
  for operation in string.gmatch(ARGV[7], '[^\n]+') do run(operation) end
end)
-- What was written before it stays written: the replicas load it.
if not isDone then lines = { 'a - -' } end

for cluster, known in pairs(newest) do
  if known.hasPushed then
    redis.call('HSET', generations, cluster, string.format('%.0f %.0f', known.generation, known.lastMs))
  end
end

redis.call('SET', epochKey, newEpoch, 'NX')
local epoch = redis.call('GET', epochKey)
local seq = redis.call('INCR', seqKey)
redis.call('PUBLISH', channel, epoch .. ' ' .. seq .. ' ' .. now .. ' push\n' .. table.concat(lines, '\n'))
if not isDone then
  return redis.error_reply('FAULT ' .. string.gsub(type(fault) == 'table' and fault.err or tostring(fault), '%s+', ' '))
end
return { epoch, seq }
