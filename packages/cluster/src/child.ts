import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { ClusterManager } from 'discord-hybrid-sharding'
import { readToManager, type ToManager, type ToShardProcess } from './ipc.ts'

export type Child = {
  pid: number
  /** Resolves with what ended it, such as "exit code 1" or "SIGKILL", once the system says that it is gone. */
  gone: Promise<string>
  /** Resolves when its end of the channel is closed, whether or not it lives on. */
  unreachable: Promise<void>
  /** Never throws: a child that cannot be reached is found out by other means. */
  send(message: ToShardProcess): void
  /** SIGTERM, and SIGKILL for one that has not gone within `graceMs`; resolves when it is gone. */
  end(graceMs: number): Promise<void>
}

/**
 * Forks one shard process by discord-hybrid-sharding. Its own `kill` forgets a process that ignores SIGTERM, and
 * its own `send` lets a closed channel crash the manager, so both are done here.
 */
export async function forkChild({
  manager,
  id,
  shards,
  totalShards,
  environment,
  onMessage,
}: {
  manager: ClusterManager
  id: number
  shards: number[]
  totalShards: number
  environment: NodeJS.ProcessEnv
  onMessage: (message: ToManager) => void
}): Promise<Child> {
  const cluster = manager.createCluster(id, shards, totalShards)
  const own = Object.entries(cluster.env).filter(([name]) =>
    /^(SHARD_LIST|TOTAL_SHARDS|CLUSTER.*|DISCORD_TOKEN)$/.test(name),
  )
  // The library copies the manager's whole environment; a child gets only what it needs.
  Object.assign(cluster, { env: { ...environment, ...Object.fromEntries(own) } })
  const forked = (await cluster.spawn(-1)) as ChildProcess
  const { pid } = forked
  if (pid === undefined) throw new Error(`shard process ${id} could not be forked`)

  forked.on('message', message => {
    const read = readToManager(message)
    if (read) onMessage(read)
  })
  const gone = once(forked, 'exit').then(([code, signal]) =>
    signal === null ? `exit code ${code}` : String(signal),
  )
  return {
    pid,
    gone,
    unreachable: once(forked, 'disconnect').then(() => {}),
    send(message) {
      if (forked.connected) forked.send(message, () => {})
    },
    async end(graceMs) {
      if (forked.exitCode !== null || forked.signalCode !== null) return
      forked.kill('SIGTERM')
      const timer = setTimeout(() => forked.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(timer)
    },
  }
}
