import type { Database, Queryable } from '@shardlight/database'
import { Challenge, type EventLog, Restore, Vote as VoteEvent } from '@shardlight/event-log'
import type { PersonalData } from '../feature.ts'
import { SETTINGS } from './settings.ts'

const RECORD = `id::text, guild_id::text AS guild, kind, question, options, outcome, opened_at, closed_at,
  restrained_until, end_reason`

/** What shows until when somebody may not start another challenge: erasing it would end that wait. */
const STILL_WAITS = `kind <> 'ask' AND target_id IS DISTINCT FROM initiator_id
  AND opened_at + interval '1 hour' * coalesce(
    (SELECT (settings ->> 'challenger-wait-hours')::float8 FROM vote_settings WHERE guild_id = votes.guild_id),
    ${SETTINGS['challenger-wait-hours'].fallback}) > now()`

/** What shows that somebody who is restrained has asked once to be let back. */
const HAS_PLEADED = `kind = 'restore' AND target_id IS NOT DISTINCT FROM initiator_id AND EXISTS (
  SELECT FROM restraints
  WHERE restraints.guild_id = votes.guild_id::text AND restraints.user_id = votes.target_id::text AND since < opened_at)`

/** What a restraint that still holds follows from. */
const RESTRAINS = 'EXISTS (SELECT FROM restraints WHERE restraints.vote_id = votes.id)'

function whatStays(left: { id: bigint; isOpen: boolean; restrains: boolean }[]): string[] {
  const numbers = (votes: { id: bigint }[]) => votes.map(vote => vote.id).join(', ')
  const open = left.filter(vote => vote.isOpen)
  const restraining = left.filter(vote => vote.restrains)
  const waiting = left.filter(vote => !vote.isOpen && !vote.restrains)
  const sentences = [
    open.length > 0 &&
      `That you started, are the subject of or may vote in the open votes ${numbers(open)}, until they end.`,
    restraining.length > 0 &&
      `That members voted that you take a break, in vote ${numbers(restraining)}, until that is over.`,
    waiting.length > 0 && `That you started vote ${numbers(waiting)}, until you could start another one.`,
  ]
  return sentences
    .filter(sentence => sentence !== false)
    .map(sentence => `${sentence} Then it goes by itself.`)
}

export type VotesErasure = ReturnType<typeof createVotesErasure>

/** Erases what votes know of somebody, at once or as soon as that changes nothing for others. */
export function createVotesErasure({ database, eventLog }: { database: Database; eventLog: EventLog }) {
  /**
   * Of votes that were there when they asked, all that need not stay.
   * @returns sentences about what has to stay for now
   */
  async function eraseOld(userId: bigint, tx: Queryable): Promise<string[]> {
    const asked = 'opened_at <= (SELECT asked_at FROM vote_erasures WHERE user_id = $1)'
    await tx.query(
      `DELETE FROM vote_electors USING votes
       WHERE votes.id = vote_id AND outcome IS NOT NULL AND user_id = $1 AND ${asked}`,
      [userId],
    )
    await tx.query(
      `UPDATE votes SET initiator_id = NULL
       WHERE initiator_id = $1 AND ${asked} AND outcome IS NOT NULL AND NOT (${STILL_WAITS}) AND NOT (${HAS_PLEADED})`,
      [userId],
    )
    const past = await tx.query<{ id: bigint }>(
      `UPDATE votes SET target_id = NULL, question = ''
       WHERE target_id = $1 AND ${asked} AND outcome IS NOT NULL AND NOT (${RESTRAINS}) AND NOT (${HAS_PLEADED})
       RETURNING id`,
      [userId],
    )
    for (const { id } of past) {
      await eventLog.erase(tx, VoteEvent, { voteId: id })
      await eventLog.erase(tx, Challenge, { voteId: id })
      await eventLog.erase(tx, Restore, { voteId: id })
    }
    const left = await tx.query<{ id: bigint; isOpen: boolean; restrains: boolean }>(
      `SELECT id, outcome IS NULL AS "isOpen", ${RESTRAINS} AS restrains FROM votes
       WHERE ${asked} AND (initiator_id = $1 OR target_id = $1
         OR (outcome IS NULL AND id IN (SELECT vote_id FROM vote_electors WHERE user_id = $1)))
       ORDER BY id`,
      [userId],
    )
    return whatStays(left)
  }

  /** Once nothing has to stay, nothing is left to be done. */
  async function eraseOnce(userId: bigint, tx: Queryable): Promise<string[]> {
    const kept = await eraseOld(userId, tx)
    if (kept.length === 0) await tx.query('DELETE FROM vote_erasures WHERE user_id = $1', [userId])
    return kept
  }

  return {
    async erase(userId: bigint, tx: Queryable): Promise<string[]> {
      await tx.query('DELETE FROM ballots WHERE user_id = $1', [userId])
      await tx.query('UPDATE vote_settings SET changed_by = NULL WHERE changed_by = $1', [userId])
      await tx.query('UPDATE votes SET ended_by = NULL WHERE ended_by = $1', [userId])
      await tx.query(
        `INSERT INTO vote_erasures (user_id) VALUES ($1) ON CONFLICT (user_id) DO UPDATE SET asked_at = now()`,
        [userId],
      )
      return eraseOnce(userId, tx)
    },

    /** Tries again for those who asked and of whom something had to stay. */
    async catchUp(): Promise<void> {
      const asked = await database.query<{ id: bigint }>('SELECT user_id AS id FROM vote_erasures LIMIT 100')
      for (const { id } of asked) await database.transaction(tx => eraseOnce(id, tx))
    },
  }
}

/** What votes know of a person: those that they started, that were about them, and how they voted. */
export function votesPersonalData({
  database,
  erasure,
}: {
  database: Database
  erasure: VotesErasure
}): PersonalData {
  return {
    async export(userId) {
      const records = (condition: string) =>
        database.query(`SELECT ${RECORD} FROM votes WHERE ${condition} ORDER BY id`, [userId])
      const ballots = await database.query(
        `SELECT vote_id::text AS vote, options[choice + 1] AS choice FROM ballots JOIN votes ON votes.id = vote_id
         WHERE user_id = $1 ORDER BY vote_id`,
        [userId],
      )
      const mayVoteIn = await database.query(
        'SELECT vote_id::text AS vote FROM vote_electors WHERE user_id = $1 ORDER BY vote_id',
        [userId],
      )
      const restraints = await database.query(
        `SELECT guild_id AS guild, vote_id::text AS vote, since, until FROM restraints WHERE user_id = $1`,
        [userId.toString()],
      )
      const settings = await database.query(
        'SELECT guild_id::text AS guild, settings, changed_at FROM vote_settings WHERE changed_by = $1',
        [userId],
      )
      const lists = {
        started: await records('initiator_id = $1'),
        about: await records('target_id = $1'),
        ended: await records('ended_by = $1'),
        ballots,
        mayVoteIn,
        restraints,
        settings,
      }
      return Object.values(lists).some(list => list.length > 0) ? lists : undefined
    },

    erase: erasure.erase,
  }
}
