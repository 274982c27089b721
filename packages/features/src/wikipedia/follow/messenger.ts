import type { Database } from '@shardlight/database'
import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { SnowflakeUtil } from 'discord.js'
import { type Discord, isGone } from '../../discord.ts'
import type { ErrorStore } from '../../errors/error-store.ts'
import type { Batch, DeliveryStore, Owner } from './delivery-store.ts'
import { followMessage, headingOf } from './follow-message.ts'
import type { FollowMetrics } from './follow-metrics.ts'
import { gatherChanges } from './gather.ts'

const LOOK_EVERY_MS = 1_000
const MOST_IN_FLIGHT = 20
/** How far the clocks of the database and Discord may be apart. */
const CLOCKS_DIFFER_MS = 10_000
/** How long a stop waits for messages that are on their way. */
const LAST_WORDS_MS = 2_000

/**
 * Tells channels what changed of what they follow. Whichever process it is gathers changes for all; a message is
 * posted by the process that has the channel's shard.
 */
export function startMessenger({
  database,
  deliveries,
  discord,
  errors,
  owner,
  shards,
  clock,
  log,
  metrics,
}: {
  database: Database
  deliveries: DeliveryStore
  discord: Pick<Discord, 'post' | 'ownMessages'>
  errors: ErrorStore
  owner: Owner
  shards: { ids: number[]; total: number }
  clock: Clock
  log: Log
  metrics: FollowMetrics
}): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping
  const inFlight = new Map<bigint, Promise<void>>()

  /** Whether an earlier attempt posted it without anybody learning of it; its nonce is forgotten after minutes. */
  async function isThere({ channelId, at, attempts }: Batch): Promise<boolean> {
    if (attempts === 1) return false
    const after = SnowflakeUtil.generate({ timestamp: at.getTime() - CLOCKS_DIFFER_MS })
    const own = await discord.ownMessages(channelId, after)
    return own.some(message => message.content === headingOf(at))
  }

  async function post(batch: Batch): Promise<void> {
    const { channelId, guildId } = batch
    const { changes, unseen } = await deliveries.read(batch)
    if (changes.length + unseen === 0) {
      await deliveries.done(batch, { isPosted: false })
      return
    }
    const isFound = await isThere(batch)
    if (!isFound) {
      const message = followMessage({ changes, unseen, at: batch.at })
      await discord.post({ ...message, channelId, nonce: `w${batch.batch}`, background: { guildId } })
      const newest = changes[0]?.at
      if (newest) metrics.delay.observe(Math.max(0, Date.now() - newest.getTime()) / 1_000)
    }
    metrics.posts.inc({ outcome: isFound ? 'found' : 'posted' })
    await deliveries.done(batch, { isPosted: true })
  }

  async function fail(batch: Batch, error: unknown): Promise<void> {
    const { channelId, guildId, attempts } = batch
    const about = { channelId: String(channelId), reason: reasonOf(error) }
    const isFinal = isGone(error)
    metrics.posts.inc({ outcome: isFinal ? 'off' : 'failed' })
    if (isFinal) {
      log.warn(about, 'what is followed cannot be told in its channel any more, and is switched off')
      await deliveries.switchOff(batch, error.message)
    } else {
      log.warn(about, 'what is followed could not be told, trying again')
      await deliveries.retry(batch)
    }
    if (isFinal || attempts === 1) {
      const chat = { guildId, channelId }
      await errors.addGeneral({ what: 'telling what is followed', error, chat })
    }
  }

  function deliver(batch: Batch): void {
    const delivering = post(batch)
      .catch(error => fail(batch, error))
      // Its lease runs out, and it is tried again.
      .catch(error => log.error({ err: error }, 'a message about what is followed could not be recorded'))
      .finally(() => inFlight.delete(batch.channelId))
    inFlight.set(batch.channelId, delivering)
  }

  async function look(): Promise<void> {
    for (let hasMore = true; hasMore && !signal.aborted; ) {
      const found = await gatherChanges(database)
      metrics.gathered.inc(found.gathered)
      hasMore = found.hasMore
    }
    const limit = MOST_IN_FLIGHT - inFlight.size
    if (limit === 0) return
    for (const batch of await deliveries.claim({ owner, shards, except: [...inFlight.keys()], limit })) {
      deliver(batch)
    }
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      try {
        await look()
        failures = 0
      } catch (error) {
        if (failures++ === 0) {
          log.error({ err: error }, 'followed changes could not be looked for, trying again')
          await errors.addGeneral({ what: 'looking for followed changes', error }).catch(() => {})
        }
      }
      await clock.sleepUntil(clock.nowMs() + LOOK_EVERY_MS, signal).catch(() => {})
    }
  }

  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
      // A post that Discord does not answer must not hold the rest up: its nonce keeps it from appearing twice.
      const waited = new AbortController()
      const patience = clock.sleepUntil(clock.nowMs() + LAST_WORDS_MS, waited.signal).catch(() => {})
      await Promise.race([Promise.all(inFlight.values()), patience])
      waited.abort()
    },
  }
}
