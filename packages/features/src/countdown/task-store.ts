import type { Database, Queryable } from '@shardlight/database'
import { currentTraceparent } from '@shardlight/tracing'
import type { Call } from '../feature.ts'

/** A countdown that this process owns. */
export type Task = {
  id: bigint
  requestId: bigint
  guildId: bigint | null
  channelId: bigint
  target: number
  /** The last number known to be posted. */
  posted: number
  epoch: number
  /** Since the last number was known to be posted, or since the start, by the database's clock. */
  silentMs: number
  /** Of the command, where it was traced. */
  traceparent: string | null
}

export type Owner = { process: number; life: string }

export type Started =
  | { task: Task }
  /** The same request again, or another countdown in the same chat. */
  | { refused: 'repeated' }
  | { refused: 'busy'; target: number; posted: number }

type Ended = 'done' | 'stopped' | 'failed'

export const LEASE_MS = 10_000

const TASK = `id, request_id AS "requestId", guild_id AS "guildId", channel_id AS "channelId", target, posted, epoch,
  traceparent, (extract(epoch FROM now() - coalesce(posted_at, created_at)) * 1000)::float8 AS "silentMs"`

const LEASE = `now() + interval '${LEASE_MS} milliseconds'`

export type TaskStore = ReturnType<typeof createTaskStore>

/** The countdown's SQL. Every write by an owner names its epoch: one that is too late changes nothing. */
export function createTaskStore(database: Database) {
  return {
    /** Starts a countdown unless one runs in that chat; the database decides. */
    async start({ call, target, owner }: { call: Call; target: number; owner: Owner }): Promise<Started> {
      const [task] = await database.query<Task>(
        `INSERT INTO tasks (request_id, command, state, guild_id, channel_id, user_id, how, written, target,
                            owner_process, owner_life, traceparent, epoch, lease_until)
         VALUES ($1, 'start', 'running', $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, ${LEASE})
         ON CONFLICT DO NOTHING RETURNING ${TASK}`,
        [
          call.requestId,
          call.chat.guildId,
          call.chat.channelId,
          call.userId,
          call.how,
          call.written,
          target,
          owner.process,
          owner.life,
          currentTraceparent() ?? null,
        ],
      )
      if (task) return { task }
      const [repeated] = await database.query('SELECT 1 FROM tasks WHERE request_id = $1', [call.requestId])
      if (repeated) return { refused: 'repeated' }
      const [running] = await database.query<{ target: number; posted: number }>(
        `SELECT target, posted FROM tasks WHERE channel_id = $1 AND state = 'running'`,
        [call.chat.channelId],
      )
      // It ended between the two statements: the caller may try again.
      return { refused: 'busy', target: running?.target ?? target, posted: running?.posted ?? target }
    },

    /** Records a command that is over at once. @returns false when the same request was already recorded. */
    async record({
      call,
      command,
      state,
      outcome,
    }: {
      call: Call
      command: 'start' | 'stop' | 'status'
      state: 'done' | 'refused'
      outcome: string
    }): Promise<boolean> {
      const rows = await database.query(
        `INSERT INTO tasks (request_id, command, state, guild_id, channel_id, user_id, how, written, outcome, finished_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now()) ON CONFLICT (request_id) DO NOTHING RETURNING id`,
        [
          call.requestId,
          command,
          state,
          call.chat.guildId,
          call.chat.channelId,
          call.userId,
          call.how,
          call.written,
          outcome,
        ],
      )
      return rows.length > 0
    },

    async running(channelId: bigint): Promise<{ id: bigint; target: number; posted: number } | undefined> {
      const [task] = await database.query<{ id: bigint; target: number; posted: number }>(
        `SELECT id, target, posted FROM tasks WHERE channel_id = $1 AND state = 'running'`,
        [channelId],
      )
      return task
    },

    /**
     * Takes over the unfinished countdowns of these shards whose lease has run out, or whose owner was an earlier
     * life of this very process: its manager starts a successor only when that one is gone.
     */
    async claim({
      owner,
      shards,
      except = [],
    }: {
      owner: Owner
      shards: { ids: number[]; total: number }
      /** Those that this owner is counting: their lease may run out while the database is away. */
      except?: bigint[]
    }): Promise<Task[]> {
      return database.query<Task>(
        `UPDATE tasks SET owner_process = $1, owner_life = $2, epoch = epoch + 1, lease_until = ${LEASE}
         WHERE id IN (
           SELECT id FROM tasks
           WHERE state = 'running'
             AND (lease_until < now() OR owner_process IS NULL OR (owner_process = $1 AND owner_life <> $2))
             AND coalesce((guild_id >> 22) % $4, 0) = ANY ($3::bigint[])
             AND id <> ALL ($5::bigint[])
           ORDER BY id FOR UPDATE SKIP LOCKED)
         RETURNING ${TASK}`,
        [owner.process, owner.life, shards.ids, shards.total, except],
      )
    },

    /** Saves how far each has got and renews the leases, in one statement. @returns the ids that are still ours. */
    async save(tasks: Pick<Task, 'id' | 'epoch' | 'posted'>[]): Promise<Set<bigint>> {
      const rows = await database.query<{ id: bigint }>(
        `UPDATE tasks SET posted = ours.posted, lease_until = ${LEASE},
                posted_at = CASE WHEN tasks.posted = ours.posted THEN posted_at ELSE now() END
         FROM unnest($1::bigint[], $2::int[], $3::int[]) AS ours (id, epoch, posted)
         WHERE tasks.id = ours.id AND tasks.epoch = ours.epoch AND tasks.state = 'running'
         RETURNING tasks.id`,
        [tasks.map(task => task.id), tasks.map(task => task.epoch), tasks.map(task => task.posted)],
      )
      return new Set(rows.map(row => row.id))
    },

    /** @returns false when it was no longer this owner's to end. */
    async end({
      task,
      state,
      outcome,
    }: {
      task: Pick<Task, 'id' | 'epoch' | 'posted'>
      state: Ended
      outcome: string
    }): Promise<boolean> {
      const rows = await database.query(
        `UPDATE tasks SET state = $3, posted = $4, posted_at = now(), outcome = $5, finished_at = now(), lease_until = NULL
         WHERE id = $1 AND epoch = $2 AND state = 'running' RETURNING id`,
        [task.id, task.epoch, state, task.posted, outcome],
      )
      return rows.length > 0
    },

    /** Stops one that nobody in this process counts, such as one whose owner has just died. */
    async stopUnowned(id: bigint): Promise<number | undefined> {
      const [row] = await database.query<{ posted: number }>(
        `UPDATE tasks SET state = 'stopped', outcome = 'stopped', finished_at = now(), epoch = epoch + 1, lease_until = NULL
         WHERE id = $1 AND state = 'running' RETURNING posted`,
        [id],
      )
      return row?.posted
    },

    /** Stops what somebody counts in a guild, as part of a transaction; its owner finds that it is over. */
    async stopOf(tx: Queryable, { guildId, userId }: { guildId: bigint; userId: bigint }): Promise<void> {
      await tx.query(
        `UPDATE tasks SET state = 'stopped', outcome = 'restrained', finished_at = now(), epoch = epoch + 1, lease_until = NULL
         WHERE state = 'running' AND guild_id = $1 AND user_id = $2`,
        [guildId, userId],
      )
    },

    /** Gives unfinished countdowns back, so that a successor goes on at once. */
    async release(tasks: Pick<Task, 'id' | 'epoch' | 'posted'>[]): Promise<void> {
      await database.query(
        `UPDATE tasks SET posted = ours.posted, owner_process = NULL, owner_life = NULL, lease_until = now()
         FROM unnest($1::bigint[], $2::int[], $3::int[]) AS ours (id, epoch, posted)
         WHERE tasks.id = ours.id AND tasks.epoch = ours.epoch AND tasks.state = 'running'`,
        [tasks.map(task => task.id), tasks.map(task => task.epoch), tasks.map(task => task.posted)],
      )
    },
  }
}
