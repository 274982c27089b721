export { findFreePort } from './free-port.ts'
export { fetchKafka, HOW_TO_GET_KAFKA, startKafka } from './kafka.ts'
export { startPostgres } from './postgres.ts'
export { HOW_TO_GET_REDIS, startRedis } from './redis.ts'
