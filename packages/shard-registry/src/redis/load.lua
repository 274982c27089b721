-- Everything at one position of the history of changes.
-- KEYS: shards, totals, epoch, seq. ARGV: an epoch for a Redis that has none
redis.call('SET', KEYS[3], ARGV[1], 'NX')
return {
  redis.call('GET', KEYS[3]),
  tonumber(redis.call('GET', KEYS[4]) or '0'),
  redis.call('HGETALL', KEYS[2]),
  redis.call('HGETALL', KEYS[1]),
}
