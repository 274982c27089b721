export { fetchGatewayInformation, TokenRefusedError } from './identify/gateway-information.ts'
export { joinCluster, type Membership, NoManagerError } from './join-cluster.ts'
export type { ShardProcessInfo } from './shard-process.ts'
export { type Cluster, startCluster } from './start-cluster.ts'
