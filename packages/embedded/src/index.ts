export { findFreePort } from './free-port.ts'
export { startPostgres } from './postgres.ts'
export { HOW_TO_GET_REDIS, startRedis } from './redis.ts'
