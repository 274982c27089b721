-- The slots of all managers: what happened counts first, then wishes are granted in their order. One step, by
-- the clock of Redis. A zset holds for each slot when it becomes free, for each blocked route until when, for each
-- invalid answer when it came. KEYS: slots, blocked, invalid, moments
-- ARGV: JSON of { outcomes, wishes, limits }
local slots, blocked, invalid, moments = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local given = cjson.decode(ARGV[1])
local limits = given.limits
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end
local function scoreAt(key, rank) return tonumber(redis.call('ZRANGE', key, rank, rank, 'WITHSCORES')[2] or now) end

for _, outcome in ipairs(given.outcomes) do
  local status, isShared = outcome.status, outcome.scope == 'shared'
  redis.call('ZADD', slots, 'XX', 'LT', text(now + limits.windowMs), outcome.id)
  if status == 401 or status == 403 or (status == 429 and not isShared) then
    redis.call('ZADD', invalid, text(now), status .. ' ' .. outcome.id)
  end
  if status == 429 then
    local untilMs = now + (outcome.retryAfterMs or 0)
    if outcome.scope == 'global' then
      local stopped = tonumber(redis.call('HGET', moments, 'stopped') or 0)
      redis.call('HSET', moments, 'stopped', text(math.max(stopped, untilMs)))
    else
      redis.call('ZADD', blocked, 'GT', text(untilMs), outcome.route)
    end
  end
end

redis.call('ZREMRANGEBYSCORE', slots, '-inf', text(now))
redis.call('ZREMRANGEBYSCORE', blocked, '-inf', text(now))
redis.call('ZREMRANGEBYSCORE', invalid, '-inf', text(now - limits.invalidWindowMs))
local used = redis.call('ZCARD', slots)
local invalids = redis.call('ZCARD', invalid)
local openForMs = 0
if invalids >= limits.invalidMost then
  openForMs = scoreAt(invalid, invalids - limits.invalidMost) + limits.invalidWindowMs - now
end
local stoppedForMs = math.max(0, tonumber(redis.call('HGET', moments, 'stopped') or 0) - now)
local backgroundAt = tonumber(redis.call('HGET', moments, 'background') or 0)

local function waitOf(wish)
  if redis.call('ZSCORE', slots, wish.id) then return 0 end
  local over = used - (wish.urgent and limits.slots or limits.slots - limits.reservedForAnswers)
  if over >= 0 then return scoreAt(slots, over) - now end
  return wish.urgent and 0 or math.max(0, backgroundAt + limits.backgroundEveryMs - now)
end

local granted, urgentIn, backgroundIn = {}, 0, 0
if openForMs <= 0 and stoppedForMs == 0 then
  for _, wish in ipairs(given.wishes) do
    if not redis.call('ZSCORE', blocked, wish.route) then
      local wait = waitOf(wish)
      if wait > 0 then
        if wish.urgent then urgentIn = wait else backgroundIn = wait end
      else
        redis.call('ZADD', slots, text(now + limits.arrivalMs + limits.windowMs), wish.id)
        used = redis.call('ZCARD', slots)
        if not wish.urgent then
          backgroundAt = now
          redis.call('HSET', moments, 'background', text(now))
        end
        granted[#granted + 1] = wish.id
      end
    end
  end
end

local counts = { 0, 0, 0 }
if invalids > 0 then
  local place = { ['401'] = 1, ['403'] = 2, ['429'] = 3 }
  for _, member in ipairs(redis.call('ZRANGE', invalid, 0, -1)) do
    local at = place[string.sub(member, 1, 3)]
    counts[at] = counts[at] + 1
  end
end
local routes = redis.call('ZRANGE', blocked, 0, -1, 'WITHSCORES')
for at = 2, #routes, 2 do routes[at] = text(routes[at] - now) end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 86400000) end
return { granted, urgentIn, backgroundIn, used, counts, math.max(0, openForMs), stoppedForMs, routes }
