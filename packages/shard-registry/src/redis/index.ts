export { openRedisRegistry } from './redis-registry.ts'
