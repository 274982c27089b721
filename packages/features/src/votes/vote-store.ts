import type { Database, Queryable } from '@shardlight/database'
import { type EventLog, type NewEvent, newEvent, Vote as VoteEvent } from '@shardlight/event-log'
import { currentTraceparent } from '@shardlight/tracing'
import { type Kind, type Outcome, outcomeOf, settledOutcome, type Terms } from './rules.ts'

export type Vote = Terms & {
  id: bigint
  guildId: bigint
  channelId: bigint
  messageId: bigint | null
  initiatorId: bigint | null
  targetId: bigint | null
  /** The question, or the reason. */
  question: string
  options: string[]
  isSecret: boolean
  closesEarly: boolean
  restraintDays: number | null
  openedAt: Date
  closesAt: Date
  outcome: Outcome | null
  tally: number[] | null
  closedAt: Date | null
  endedBy: bigint | null
  endReason: string | null
  restrainedUntil: Date | null
  attempts: number
  /** Of the command that opened it, where that was traced. */
  traceparent: string | null
}

export type NewVote = Pick<
  Vote,
  | 'guildId'
  | 'channelId'
  | 'kind'
  | 'targetId'
  | 'question'
  | 'options'
  | 'isSecret'
  | 'closesEarly'
  | 'quorum'
  | 'threshold'
  | 'restraintDays'
> & { requestId: bigint; initiatorId: bigint; durationMs: number; electorIds: bigint[] }

const VOTE = `votes.id, kind, guild_id AS "guildId", channel_id AS "channelId", message_id AS "messageId",
  initiator_id AS "initiatorId", target_id AS "targetId", question, options, is_secret AS "isSecret",
  closes_early AS "closesEarly", electors, quorum, threshold, restraint_days AS "restraintDays",
  opened_at AS "openedAt", closes_at AS "closesAt", outcome, tally, closed_at AS "closedAt", ended_by AS "endedBy",
  end_reason AS "endReason", restrained_until AS "restrainedUntil", attempts, traceparent`

/** While a process posts, others leave the vote alone. */
const BUSY = `now() + interval '30 seconds'`

export type VoteStore = ReturnType<typeof createVoteStore>

const eventOf = (vote: Vote): NewEvent => ({
  ...newEvent(
    VoteEvent,
    {
      voteId: vote.id,
      guildId: vote.guildId,
      kind: vote.kind,
      phase: vote.outcome === null ? 'opened' : 'closed',
      outcome: vote.outcome,
      targetId: vote.targetId,
      until: vote.restrainedUntil?.toISOString() ?? null,
    },
    { once: `vote ${vote.id} ${vote.outcome === null ? 'opened' : 'closed'}` },
  ),
  ...(vote.traceparent !== null && { traceparent: vote.traceparent }),
})

/** How many ballots each option has. */
export async function readTally(database: Queryable, { id, options }: Pick<Vote, 'id' | 'options'>) {
  const rows = await database.query<{ choice: number; count: number }>(
    'SELECT choice, count(*)::int AS count FROM counted_ballots WHERE vote_id = $1 GROUP BY choice',
    [id],
  )
  return options.map((_, option) => rows.find(row => row.choice === option)?.count ?? 0)
}

async function end(
  tx: Queryable,
  vote: Vote,
  { outcome, tally, by, reason }: { outcome: Outcome; tally: number[]; by?: bigint | null; reason?: string },
): Promise<Vote> {
  const [closed] = await tx.query<Vote>(
    `UPDATE votes SET outcome = $2, tally = $3, closed_at = clock_timestamp(), ended_by = $4, end_reason = $5,
            restrained_until = CASE WHEN $2 = 'passed' AND kind = 'challenge'
              THEN date_trunc('milliseconds', clock_timestamp()) + restraint_days * interval '1 day' END,
            busy_until = ${BUSY}, attempts = 0
     WHERE id = $1 RETURNING ${VOTE}`,
    [vote.id, outcome, tally, by ?? null, reason ?? null],
  )
  if (!closed) throw new Error(`vote ${vote.id} is gone`)
  return closed
}

export type Cast =
  /** Stored, and what the vote came to when that settled it. */
  { stored: true; closed: Vote | undefined } | { stored: false }

/** The votes' SQL. An outcome and its event are one transaction; the database's clock decides what is late. */
export function createVoteStore({ database, eventLog }: { database: Database; eventLog: EventLog }) {
  const lock = async (tx: Queryable, id: bigint): Promise<(Vote & { isOver: boolean }) | undefined> => {
    const [vote] = await tx.query<Vote & { isOver: boolean }>(
      `SELECT ${VOTE}, closes_at <= clock_timestamp() AS "isOver" FROM votes WHERE id = $1 AND outcome IS NULL FOR UPDATE`,
      [id],
    )
    return vote
  }

  /** Ends one that closes early and whose outcome nobody can change any more. */
  const closeIfSettled = (id: bigint): Promise<Vote | undefined> =>
    eventLog.transaction(async tx => {
      const vote = await lock(tx, id)
      if (!vote) return { events: [], result: undefined }
      const tally = await readTally(tx, vote)
      const outcome = settledOutcome(vote, tally)
      if (outcome === undefined) return { events: [], result: undefined }
      const closed = await end(tx, vote, { outcome, tally })
      return { events: [eventOf(closed)], result: closed }
    })

  return {
    /** Within the caller's transaction; the event is the caller's to append. */
    async insert(tx: Queryable, vote: NewVote): Promise<Vote | undefined> {
      const [opened] = await tx.query<Vote>(
        `INSERT INTO votes (request_id, guild_id, channel_id, kind, initiator_id, target_id, question, options, is_secret,
                            closes_early, electors, quorum, threshold, restraint_days, closes_at, traceparent, busy_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, now() + $15 * interval '1 millisecond', $16, ${BUSY})
         ON CONFLICT (request_id) DO NOTHING RETURNING ${VOTE}`,
        [
          vote.requestId,
          vote.guildId,
          vote.channelId,
          vote.kind,
          vote.initiatorId,
          vote.targetId,
          vote.question,
          vote.options,
          vote.isSecret,
          vote.closesEarly,
          vote.electorIds.length,
          vote.quorum,
          vote.threshold,
          vote.restraintDays,
          vote.durationMs,
          currentTraceparent() ?? null,
        ],
      )
      if (!opened) return undefined
      await tx.query('INSERT INTO vote_electors (vote_id, user_id) SELECT $1, unnest($2::bigint[])', [
        opened.id,
        vote.electorIds,
      ])
      return opened
    },

    eventOf,

    async get(guildId: bigint, id: bigint): Promise<Vote | undefined> {
      const [vote] = await database.query<Vote>(`SELECT ${VOTE} FROM votes WHERE guild_id = $1 AND id = $2`, [
        guildId,
        id,
      ])
      return vote
    },

    open: (guildId: bigint): Promise<Vote[]> =>
      database.query<Vote>(
        `SELECT ${VOTE} FROM votes WHERE guild_id = $1 AND outcome IS NULL ORDER BY id DESC LIMIT 25`,
        [guildId],
      ),

    ofRequest: async (requestId: bigint, tx: Queryable = database): Promise<Vote | undefined> => {
      const [vote] = await tx.query<Vote>(`SELECT ${VOTE} FROM votes WHERE request_id = $1`, [requestId])
      return vote
    },

    turnout: async (id: bigint): Promise<number> => {
      const [row] = await database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM counted_ballots WHERE vote_id = $1',
        [id],
      )
      return row?.count ?? 0
    },

    /** Who voted for what, for a vote that is not secret. */
    voters: (id: bigint): Promise<{ userId: bigint; choice: number }[]> =>
      database.query(
        `SELECT user_id AS "userId", choice FROM counted_ballots JOIN votes ON votes.id = vote_id
         WHERE vote_id = $1 AND NOT is_secret ORDER BY counted_ballots.request_id`,
        [id],
      ),

    /** Stores a ballot, or changes it, while the vote is open and for those who may vote. */
    async cast({
      voteId,
      userId,
      choice,
      requestId,
    }: {
      voteId: bigint
      userId: bigint
      choice: number
      requestId: bigint
    }): Promise<Cast> {
      const statement = database.query<{ early: boolean }>(
        `WITH open AS (
           SELECT id, closes_early FROM votes
           WHERE id = $1 AND outcome IS NULL AND closes_at > clock_timestamp() AND $3 < cardinality(options)
           FOR SHARE
         ), cast_ballot AS (
           INSERT INTO ballots (vote_id, user_id, choice, request_id)
           SELECT open.id, user_id, $3, $4 FROM open JOIN vote_electors ON vote_id = open.id AND user_id = $2
           ON CONFLICT (vote_id, user_id) DO UPDATE SET choice = excluded.choice, request_id = excluded.request_id
             WHERE ballots.request_id < excluded.request_id
         )
         SELECT closes_early AS early FROM open
         WHERE EXISTS (SELECT FROM vote_electors WHERE vote_id = open.id AND user_id = $2)`,
        [voteId, userId, choice, requestId],
      )
      // Of a secret vote nothing may get into a log, and an error of the database may quote the row.
      const [stored] = await statement.catch(error => {
        throw new Error(
          `a ballot of vote ${voteId} could not be stored (${String(error?.code ?? 'no code')})`,
        )
      })
      if (!stored) return { stored: false }
      // It is stored, whatever comes now: the keeper looks after it soon.
      const closing = stored.early ? closeIfSettled(voteId).catch(() => undefined) : undefined
      return { stored: true, closed: await closing }
    },

    closeIfSettled,

    /** Closes one whose time has come, unless another process is just doing it. */
    closeDue: (): Promise<Vote | undefined> =>
      eventLog.transaction(async tx => {
        const [vote] = await tx.query<Vote>(
          `SELECT ${VOTE} FROM votes WHERE outcome IS NULL AND closes_at <= clock_timestamp()
           ORDER BY closes_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
        )
        if (!vote) return { events: [], result: undefined }
        const tally = await readTally(tx, vote)
        const closed = await end(tx, vote, { outcome: outcomeOf(vote, tally), tally })
        return { events: [eventOf(closed)], result: closed }
      }),

    /** By somebody's decision; undefined when it had ended already, or its time was over. */
    endBefore: (
      id: bigint,
      { outcome, by, reason }: { outcome: 'retracted' | 'vetoed'; by: bigint | null; reason?: string },
    ): Promise<Vote | undefined> =>
      eventLog.transaction(async tx => {
        const vote = await lock(tx, id)
        if (!vote || vote.isOver) return { events: [], result: undefined }
        const tally = await readTally(tx, vote)
        const closed = await end(tx, vote, { outcome, tally, by, ...(reason !== undefined && { reason }) })
        return { events: [eventOf(closed)], result: closed }
      }),

    /** Of the whole bot; kinds of which none is open are left out. */
    openByKind: async (): Promise<Partial<Record<Kind, number>>> => {
      const rows = await database.query<{ kind: Kind; count: number }>(
        'SELECT kind, count(*)::int AS count FROM votes WHERE outcome IS NULL GROUP BY kind',
      )
      return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]))
    },

    /** Votes that end once they are settled. */
    openEarly: async (): Promise<bigint[]> => {
      const rows = await database.query<{ id: bigint }>(
        'SELECT id FROM votes WHERE outcome IS NULL AND closes_early ORDER BY id LIMIT 1000',
      )
      return rows.map(row => row.id)
    },

    /** Votes whose message or result nobody is posting, now this process's to post. */
    claimUnposted: (): Promise<Vote[]> =>
      database.query<Vote>(
        `UPDATE votes SET busy_until = ${BUSY}, attempts = greatest(attempts, 1)
         WHERE id IN (
           SELECT id FROM votes
           WHERE ((outcome IS NULL AND message_id IS NULL) OR (outcome IS NOT NULL AND announced_at IS NULL))
             AND busy_until < now()
           ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED)
         RETURNING ${VOTE}`,
      ),

    /** What could not be posted is tried again, ever more rarely, by whichever process comes first. */
    postAgainSoon: (id: bigint): Promise<unknown> =>
      database.query(
        `UPDATE votes SET attempts = attempts + 1,
                busy_until = now() + least(interval '10 minutes', interval '2 seconds' * 2 ^ least(attempts, 10))
         WHERE id = $1`,
        [id],
      ),

    posted: (id: bigint, messageId: bigint): Promise<unknown> =>
      database.query('UPDATE votes SET message_id = $2 WHERE id = $1', [id, messageId]),

    announced: (id: bigint): Promise<unknown> =>
      database.query('UPDATE votes SET announced_at = now() WHERE id = $1', [id]),

    /** Ballots are kept for a while, so that a result can be checked, and no longer. */
    eraseBallots: async (keepDays: number): Promise<number> => {
      const old = `SELECT id FROM votes WHERE closed_at < now() - $1 * interval '1 day'`
      const gone = await database.query(`DELETE FROM ballots WHERE vote_id IN (${old}) RETURNING vote_id`, [
        keepDays,
      ])
      await database.query(`DELETE FROM vote_electors WHERE vote_id IN (${old})`, [keepDays])
      return gone.length
    },

    nowMs: async (): Promise<number> => {
      const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now')
      return row?.now.getTime() ?? 0
    },

    async nextDueInMs(): Promise<number | undefined> {
      const [row] = await database.query<{ ms: number }>(
        `SELECT (extract(epoch FROM closes_at - clock_timestamp()) * 1000)::float8 AS ms FROM votes
         WHERE outcome IS NULL ORDER BY closes_at LIMIT 1`,
      )
      return row?.ms
    },
  }
}

export type { Kind }
