import { join } from 'node:path'
import { reasonOf } from '@shardlight/service'
import { ClusterManager, ReClusterManager } from 'discord-hybrid-sharding'
import { peerEnvironment } from './peer-environment.ts'
import type { FromManager } from './peer-messages.ts'
import { PEER_DELAY_MS, type PeerName, SHARDS, SHARDS_PER_PROCESS } from './scenario.ts'

/** discord-hybrid-sharding as its documentation shows it; restarts its clusters when it is told to. */
const manager = new ClusterManager(join(import.meta.dirname, 'peer-shard-process.ts'), {
  totalShards: SHARDS,
  shardsPerClusters: SHARDS_PER_PROCESS,
  mode: 'process',
  token: peerEnvironment.DISCORD_TOKEN,
})
const recluster = new ReClusterManager()
manager.extend(recluster)

// Its documentation waits half a minute for each cluster; by itself it would not wait until one is ready.
const RESPAWN_TIMEOUT_MS = 30_000

const restart: Record<PeerName, () => Promise<unknown>> = {
  rolling: () => recluster.start({ restartMode: 'rolling', delay: PEER_DELAY_MS }),
  gracefulSwitch: () => recluster.start({ restartMode: 'gracefulSwitch', delay: PEER_DELAY_MS }),
  respawnAll: () =>
    manager.respawnAll({
      clusterDelay: PEER_DELAY_MS,
      respawnDelay: PEER_DELAY_MS,
      timeout: RESPAWN_TIMEOUT_MS,
    }),
}

const tell = (news: FromManager) => void process.send?.(news)

let started = 0
manager.on('clusterReady', () => {
  started += 1
  if (started === SHARDS / SHARDS_PER_PROCESS) tell({ kind: 'ready' })
})
process.on('message', () => {
  restart[peerEnvironment.MODE]().then(
    () => tell({ kind: 'restarted' }),
    error => tell({ kind: 'failed', reason: reasonOf(error) }),
  )
})
process.on('disconnect', () => process.exit())
// Sixteen may IDENTIFY at once, so nobody has to wait.
await manager.spawn({ delay: 0, timeout: -1 })
