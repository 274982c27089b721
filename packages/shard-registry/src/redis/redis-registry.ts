import { connectTo } from '@shardlight/redis'
import { NOTICE_LIFETIME_MS } from '../notices.ts'
import { comingOf, Picture } from '../picture.ts'
import type { ShardRegistry } from '../shard-registry.ts'
import { createFollower } from './follower.ts'
import { createOperationQueue } from './operation-queue.ts'
import { createRedisStore, OperationsFaultError } from './redis-store.ts'
import { restorePicture } from './restore-picture.ts'
import { watchRedis } from './watch.ts'
import {
  headOf,
  healthOperation,
  noticesOperation,
  type Operation,
  operationsOf,
  stateOperation,
} from './wire.ts'

/** With the version of what is stored: replicas of two versions share no key that either could misread. */
const NAMESPACE = 'shardlight:status:2'

/**
 * One registry for any number of replicas. Redis may be lost at any moment: while it is away a push rejects at once
 * and the last picture stays; when it is back, empty or not, nothing is called unhealthy for one timeout.
 * @param expected the clusters of the configuration: of those whose processes never say how many shards there are,
 * what Redis holds would have no place else.
 * @param namespace begins every key and the channel of changes.
 * @param onTrouble every error of the connection; called often while Redis is away.
 */
export async function openRedisRegistry({
  url,
  healthTimeoutMs,
  noticeLifetimeMs = NOTICE_LIFETIME_MS,
  namespace = NAMESPACE,
  expected = new Map(),
  onTrouble = () => {},
}: {
  url: string
  healthTimeoutMs: number
  noticeLifetimeMs?: number
  namespace?: string
  expected?: ReadonlyMap<string, number>
  onTrouble?: (error: unknown) => void
}): Promise<ShardRegistry> {
  const commands = connectTo(url)
  const subscriber = connectTo(url, { autoResubscribe: false })
  const store = createRedisStore({ commands, namespace, healthTimeoutMs, noticeLifetimeMs })
  const picture = new Picture()
  for (const [cluster, totalShards] of expected) picture.expect(cluster, totalShards)
  const follower = createFollower({
    picture,
    noticeLifetimeMs,
    onTrouble,
    load: store.load,
    restore: () => restorePicture(picture.clusters(), store),
  })
  const watch = watchRedis({
    commands,
    subscriber,
    look: store.look,
    isAt: follower.isReached,
    catchUp: follower.resync,
    isOverdue: () =>
      picture.clusters().some(table => table.overdue(store.nowMs(), healthTimeoutMs).length > 0),
    nowMs: store.nowMs,
    lastHeardMs: () => Math.max(0, ...picture.clusters().map(({ lastPushMs }) => lastPushMs ?? 0)) || null,
    healthTimeoutMs,
    onTrouble,
  })
  const enqueue = createOperationQueue({
    async send(operations) {
      watch.requireRedis()
      try {
        return await store.apply(operations)
      } catch (error) {
        // Whoever waits behind this one is refused at once.
        if (!(error instanceof OperationsFaultError)) watch.doubt()
        throw error
      }
    },
    isOfOne: error => error instanceof OperationsFaultError,
    settle: follower.reach,
  })
  const write = async (operations: Operation[], head?: Operation) => {
    watch.requireRedis()
    await enqueue(operations, head)
  }

  commands.on('error', onTrouble)
  subscriber.on('error', onTrouble)
  const firstSync = Promise.withResolvers<void>()
  subscriber.on('close', follower.lose)
  subscriber.on('ready', () => {
    // Loading before the subscription stands would leave a gap between the two.
    subscriber
      .subscribe(store.channel)
      .then(() => follower.resync())
      .catch(error => {
        onTrouble(error)
        subscriber.disconnect(true)
      })
      .finally(firstSync.resolve)
  })
  subscriber.on('message', (_, text) => follower.take(text))
  // Redis may be late: the connections go on trying, and readiness says so.
  await Promise.allSettled([commands.connect(), subscriber.connect()])
  await watch.lookNow()
  if (commands.status === 'ready' && subscriber.status === 'ready') await firstSync.promise
  await watch.lookNow()

  return {
    push(cluster, push) {
      const layout = push.isComing === true ? comingOf(cluster) : cluster
      return write(operationsOf(layout, push), headOf(layout, push))
    },
    setState: (cluster, shard, state) => write([stateOperation(cluster, shard, state)]),
    health: (cluster, shard) => write([healthOperation(cluster, shard)]),
    async setNotices(cluster, push) {
      picture.requireRoom(cluster, push, performance.now())
      const told = picture.completeNotices(cluster, push, store.nowMs())
      await write([noticesOperation(cluster, push.source, told)])
      // Others may have taken the room meanwhile, and then it was not stored.
      picture.requireRoom(cluster, push, performance.now())
    },
    expect: (cluster, totalShards) => picture.expect(cluster, totalShards),
    cluster: name => picture.cluster(name),
    clusters: () => picture.clusters(),
    async sweep() {
      let turned = 0
      // Even while Redis is away: what nobody repeats is no longer true.
      picture.expireNotices(performance.now())
      watch.requireRedis()
      while (watch.mayCallUnhealthy()) {
        const batch = await store.sweep()
        turned += batch.turned
        if (!batch.isMore) break
      }
      return turned
    },
    subscribe: listener => picture.subscribe(listener),
    nowMs: store.nowMs,
    staleSinceMs: () => watch.staleSinceMs(),
    async check() {
      watch.requireRedis()
      if (subscriber.status !== 'ready') throw new Error('changes of other replicas do not arrive')
    },
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]()
      follower.close()
      commands.disconnect()
      subscriber.disconnect()
    },
  }
}
