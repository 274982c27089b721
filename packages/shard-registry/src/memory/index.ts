export { createMemoryRegistry } from './memory-registry.ts'
