export { createFleetMetrics, type FleetMetrics } from './fleet-metrics/fleet-metrics.ts'
export {
  fetchGatewayInformation,
  type GatewayInformation,
  TokenRefusedError,
} from './identify/gateway-information.ts'
export { createIdentifyBroker, type IdentifyBroker, type IdentifyView } from './identify/identify-broker.ts'
export { startIdentifyLedger } from './identify/ledger/identify-ledger.ts'
export { openPostgresIdentifyStore } from './identify/ledger/postgres-identify-store.ts'
export { createMemoryTurns } from './identify/turns/memory-turns.ts'
export { openRedisTurns } from './identify/turns/redis-turns.ts'
export { type LayoutStore, openLayoutStore } from './operations/layout-store.ts'
export { OperationRefusedError, OperationRunningError, type OperationView } from './operations/operation.ts'
export { type Cluster, type Layout, startCluster } from './operations/start-cluster.ts'
export { type Ownership, openOwnership } from './ownership/ownership.ts'
export { claimSessions } from './sessions/claim-sessions.ts'
export type { Gap, ShardProcessInfo } from './supervision/slot.ts'
