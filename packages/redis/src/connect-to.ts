import { Redis, type RedisOptions } from 'ioredis'

/** ioredis' own defaults keep a command waiting for ever while Redis is away; here it fails within 2 s. */
const MAY_BE_AWAY = {
  lazyConnect: true,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 2_000,
  connectTimeout: 2_000,
  retryStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, 1_000),
} satisfies RedisOptions

/** A connection to a Redis that may be lost at any moment; not yet begun. It goes on trying by itself. */
export function connectTo(url: string, more: Pick<RedisOptions, 'autoResubscribe'> = {}): Redis {
  return new Redis(url, { ...MAY_BE_AWAY, ...more })
}
