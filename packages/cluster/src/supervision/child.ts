import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { ClusterManager } from 'discord-hybrid-sharding'
import { toManager, toShardProcess } from '../ipc/calls.ts'
import { type Channel, type Handlers, openChannel } from '../ipc/channel.ts'

export type Child = {
  pid: number
  /** Resolves with what ended it, such as "exit code 1" or "SIGKILL", once the system says that it is gone. */
  gone: Promise<string>
  /** Resolves when its end of the channel is closed, whether or not it lives on. */
  unreachable: Promise<void>
  call: Channel<typeof toShardProcess>['call']
  /** SIGTERM, and SIGKILL for one that has not gone within `graceMs`; resolves when it is gone. */
  end(graceMs: number): Promise<void>
}

/** @param onHeard told of each sign of life; there is one every second */
export type ForkChild = (handlers: Handlers<typeof toManager>, onHeard: () => void) => Promise<Child>

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
  handlers,
  onHeard,
}: {
  manager: ClusterManager
  id: number
  shards: number[]
  totalShards: number
  environment: NodeJS.ProcessEnv
  handlers: Handlers<typeof toManager>
  onHeard: () => void
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

  const channel = openChannel({
    outgoing: toShardProcess,
    incoming: toManager,
    handlers,
    write: message => {
      if (forked.connected) forked.send(message, () => {})
    },
  })
  forked.on('message', message => {
    onHeard()
    channel.receive(message)
  })
  const gone = once(forked, 'exit').then(([code, signal]) =>
    signal === null ? `exit code ${code}` : String(signal),
  )
  void gone.then(end => channel.close(`the shard process is gone: ${end}`))
  const unreachable = once(forked, 'disconnect').then(() => channel.close('its channel is closed'))
  return {
    pid,
    gone,
    unreachable,
    call: channel.call,
    async end(graceMs) {
      if (forked.exitCode !== null || forked.signalCode !== null) return
      forked.kill('SIGTERM')
      const timer = setTimeout(() => forked.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(timer)
    },
  }
}
