export { drawTrace } from './draw-trace.ts'
export { eventually } from './eventually.ts'
export { createManualClock } from './manual-clock.ts'
export { type MortalPostgres, startMortalPostgres } from './mortal-postgres.ts'
export { type MortalRedis, startMortalRedis } from './mortal-redis.ts'
export {
  type Attributes,
  type AttributeValue,
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from './otlp-receiver.ts'
export { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts'
export { isAlive, type Program, runProgram, whereThingsAre } from './program.ts'
export { referenceData } from './reference-data.ts'
export { chromiumIsMissing, isMissing, kafkaIsMissing, redisIsMissing, redisUrl } from './requirement.ts'
export {
  type Sandbox,
  type SandboxLedger,
  type SandboxMessage,
  type SandboxWorld,
  startSandbox,
} from './sandbox.ts'
export { testDatabase } from './test-database.ts'
