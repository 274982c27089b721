import type { Database } from '@shardlight/database'
import { type Clock, type Log, reasonOf } from '@shardlight/service'
import type { Client } from 'discord.js'
import type { Activity } from './activity.ts'
import { followVoice } from './gateway-events.ts'
import { createVoiceTime, type Stay } from './voice-time.ts'

const ENOUGH_MS = 600_000
const AWAY_MS = 300_000
const LOOK_EVERY_MS = 5_000
const SAVE_EVERY_MS = 15_000

const createStayStore = (database: Database) => ({
  /** Those of these shards that a process saw just now, by the database's clock. */
  load: (shards: { ids: number[]; total: number }, awayMs: number) =>
    database.query<{ guildId: bigint; userId: bigint; countedMs: number; ageMs: number }>(
      `SELECT guild_id AS "guildId", user_id AS "userId", counted_ms::float8 AS "countedMs",
              (extract(epoch FROM now() - seen_at) * 1000)::float8 AS "ageMs" FROM voice_stays
       WHERE (guild_id >> 22) % $2 = ANY ($1::bigint[]) AND seen_at > now() - $3 * interval '1 millisecond'`,
      [shards.ids, shards.total, awayMs],
    ),

  async save(stays: Stay[], awayMs: number): Promise<void> {
    if (stays.length > 0) {
      await database.query(
        `INSERT INTO voice_stays (guild_id, user_id, counted_ms)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
         ON CONFLICT (guild_id, user_id) DO UPDATE SET counted_ms = excluded.counted_ms, seen_at = now()`,
        [
          stays.map(stay => stay.guildId),
          stays.map(stay => stay.userId),
          stays.map(stay => Math.round(stay.countedMs)),
        ],
      )
    }
    await database.query(`DELETE FROM voice_stays WHERE seen_at < now() - $1 * interval '1 millisecond'`, [
      awayMs,
    ])
  },
})

/** Makes whoever was in voice with others for more than ten minutes active, however often they or we came and went. */
export async function startVoiceTracker({
  client,
  activity,
  database,
  shards,
  clock,
  log,
  enoughMs = ENOUGH_MS,
  awayMs = AWAY_MS,
  lookEveryMs = LOOK_EVERY_MS,
}: {
  client: Client
  activity: Activity
  database: Database
  shards: { ids: number[]; total: number }
  clock: Clock
  log: Log
  enoughMs?: number
  awayMs?: number
  lookEveryMs?: number
}): Promise<AsyncDisposable> {
  const store = createStayStore(database)
  const shardOf = (guildId: bigint) => Number((guildId >> 22n) % BigInt(shards.total))
  const time = createVoiceTime({ enoughMs, awayMs })
  time.restore(await store.load(shards, awayMs), clock.nowMs())
  const following = followVoice(
    client,
    {
      onGuild: (guildId, now) => time.replace(guildId, now, clock.nowMs()),
      onAfkChannel: (guildId, channelId) => time.setAfkChannel(guildId, channelId, clock.nowMs()),
      onGuildGone: time.forget,
      onSilence: (of, isSilent) => {
        const isMeant = (guildId: bigint) =>
          'guildId' in of ? guildId === of.guildId : shardOf(guildId) === of.shardId
        time.setSilent(isMeant, isSilent, clock.nowMs())
      },
      onMove: (guildId, userId, place) => time.move(guildId, userId, place, clock.nowMs()),
    },
    error => log.debug({ err: error }, 'an event of voice has another shape than documented'),
  )

  async function look(): Promise<void> {
    time.advance(clock.nowMs())
    const enough = time.enough().map(async ({ guildId, userId, joinedAt }) => {
      const isOnRecord = await activity.seen({ guildId, userId, joinedAt, how: 'voice' })
      if (isOnRecord) time.startAnew(guildId, userId)
    })
    await Promise.all(enough)
  }

  let savedMs = clock.nowMs()

  async function save(): Promise<void> {
    const atMs = clock.nowMs()
    try {
      await store.save(time.stays(savedMs), awayMs)
      savedMs = atMs
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'the time in voice could not be saved')
    }
  }

  const stopping = new AbortController()
  const { signal } = stopping

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleepUntil(clock.nowMs() + lookEveryMs, signal).catch(() => {})
      await look()
      if (clock.nowMs() - savedMs >= SAVE_EVERY_MS || signal.aborted) await save()
    }
  }

  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      following[Symbol.dispose]()
      stopping.abort()
      await running
    },
  }
}
