import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { connectTo, loadScript } from '@shardlight/redis'
import { z } from 'zod'
import { NOTICE_LIFETIME_MS } from '../notices.ts'
import { Picture } from '../picture.ts'
import type { ShardRegistry } from '../shard-registry.ts'
import { createFollower } from './follower.ts'
import { createOperationQueue } from './operation-queue.ts'
import { headOf, healthOperation, noticesOperation, operationsOf, stateOperation } from './wire.ts'

const SWEEP_BATCH = 500

const pairs = z
  .array(z.string())
  .transform(flat => new Map(flat.flatMap((key, at) => (at % 2 ? [] : [[key, flat[at + 1] ?? '']]))))

const script = (name: string) => join(import.meta.dirname, name)

const apply = loadScript(script('apply.lua'), z.tuple([z.string(), z.number()]))
const sweep = loadScript(script('sweep.lua'), z.tuple([z.number(), z.string(), z.number()]))
const load = loadScript(
  script('load.lua'),
  z.tuple([z.string(), z.number(), pairs, pairs, z.array(z.tuple([z.string(), z.number(), z.string()]))]),
)

/**
 * One registry for any number of replicas. Redis may be lost at any moment: while it is away a push rejects, and
 * when it is back, empty or not, nothing is called unhealthy for one timeout.
 * @param namespace begins every key and the channel of changes.
 * @param onTrouble every error of the connection; called often while Redis is away.
 */
export async function openRedisRegistry({
  url,
  healthTimeoutMs,
  noticeLifetimeMs = NOTICE_LIFETIME_MS,
  namespace = 'shardlight:status',
  onTrouble = () => {},
}: {
  url: string
  healthTimeoutMs: number
  noticeLifetimeMs?: number
  namespace?: string
  onTrouble?: (error: unknown) => void
}): Promise<ShardRegistry> {
  const key = (name: string) => `${namespace}:${name}`
  const shards = key('shards')
  const deadlines = key('deadlines')
  const totals = key('totals')
  const epoch = key('epoch')
  const seq = key('seq')
  const generations = key('generations')
  const notices = key('notices')
  const channel = key('changes')
  const commands = connectTo(url)
  const subscriber = connectTo(url, { autoResubscribe: false })
  const picture = new Picture()
  let mayCallUnhealthyAtMs = Number.POSITIVE_INFINITY

  const follower = createFollower({
    picture,
    noticeLifetimeMs,
    onTrouble,
    async load() {
      const [at, position, totalByCluster, packedByField, told] = await load(
        commands,
        [shards, totals, epoch, seq, notices],
        [randomUUID()],
      )
      return {
        epoch: at,
        seq: position,
        totals: new Map([...totalByCluster].map(([cluster, total]) => [cluster, Number(total)])),
        shards: packedByField,
        notices: told,
      }
    },
  })

  const enqueue = createOperationQueue(
    operations =>
      apply(
        commands,
        [shards, deadlines, totals, epoch, seq, generations, notices],
        [channel, healthTimeoutMs, noticeLifetimeMs, randomUUID(), ...operations],
      ),
    ([at, position]) => follower.reach({ epoch: at, seq: position }),
  )

  commands.on('error', onTrouble)
  subscriber.on('error', onTrouble)
  commands.on('ready', () => {
    mayCallUnhealthyAtMs = performance.now() + healthTimeoutMs
  })
  const firstSync = Promise.withResolvers<void>()
  subscriber.on('ready', () => {
    // Loading before the subscription stands would leave a gap between the two.
    subscriber
      .subscribe(channel)
      .then(() => follower.resync())
      .then(firstSync.resolve, onTrouble)
  })
  subscriber.on('message', (_, text) => follower.take(text))
  // Redis may be late: the connections go on trying, and readiness says so.
  await Promise.allSettled([commands.connect(), subscriber.connect()])
  if (commands.status === 'ready' && subscriber.status === 'ready') await firstSync.promise

  return {
    push: (cluster, push) => enqueue(operationsOf(cluster, push), headOf(cluster, push)),
    setState: (cluster, shard, state) => enqueue([stateOperation(cluster, shard, state)]),
    health: (cluster, shard) => enqueue([healthOperation(cluster, shard)]),
    async setNotices(cluster, push) {
      const told = picture.completeNotices(cluster, push, Date.now())
      await enqueue([noticesOperation(cluster, push.source, told)])
    },
    expect: (cluster, totalShards) => picture.expect(cluster, totalShards),
    cluster: name => picture.cluster(name),
    clusters: () => picture.clusters(),
    async sweep() {
      let turned = 0
      // Even while Redis is away: what nobody repeats is no longer true.
      picture.expireNotices(performance.now())
      if (performance.now() < mayCallUnhealthyAtMs) await commands.ping()
      while (performance.now() >= mayCallUnhealthyAtMs) {
        const [count] = await sweep(
          commands,
          [shards, deadlines, epoch, seq],
          [channel, randomUUID(), SWEEP_BATCH],
        )
        turned += count
        if (count < SWEEP_BATCH) break
      }
      return turned
    },
    subscribe: listener => picture.subscribe(listener),
    async check() {
      await commands.ping()
      if (subscriber.status !== 'ready') throw new Error('changes of other replicas do not arrive')
    },
    async [Symbol.asyncDispose]() {
      follower.close()
      commands.disconnect()
      subscriber.disconnect()
    },
  }
}
