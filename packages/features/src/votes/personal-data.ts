import type { Database } from '@shardlight/database'
import { Challenge, type EventLog, Restore, Vote as VoteEvent } from '@shardlight/event-log'
import type { PersonalData } from '../feature.ts'

/** What votes know of a person: those that they started, that were about them, and how they voted. */
export function votesPersonalData({
  database,
  eventLog,
}: {
  database: Database
  eventLog: EventLog
}): PersonalData {
  return {
    async export(userId) {
      const columns = `id::text, guild_id::text AS guild, kind, question, options, outcome, opened_at, closed_at,
                       restrained_until`
      const started = await database.query(
        `SELECT ${columns} FROM votes WHERE initiator_id = $1 ORDER BY id`,
        [userId],
      )
      const about = await database.query(`SELECT ${columns} FROM votes WHERE target_id = $1 ORDER BY id`, [
        userId,
      ])
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
      const lists = { started, about, ballots, mayVoteIn, restraints }
      return Object.values(lists).some(list => list.length > 0) ? lists : undefined
    },

    async erase(userId, tx) {
      const kept: string[] = []
      await tx.query('DELETE FROM ballots WHERE user_id = $1', [userId])
      await tx.query(
        `DELETE FROM vote_electors USING votes WHERE votes.id = vote_id AND outcome IS NOT NULL AND user_id = $1`,
        [userId],
      )
      await tx.query('UPDATE votes SET initiator_id = NULL WHERE initiator_id = $1 AND outcome IS NOT NULL', [
        userId,
      ])
      await tx.query('UPDATE votes SET ended_by = NULL WHERE ended_by = $1', [userId])
      const open = await tx.query<{ id: bigint }>(
        `SELECT id FROM votes WHERE outcome IS NULL
           AND (initiator_id = $1 OR target_id = $1 OR id IN (SELECT vote_id FROM vote_electors WHERE user_id = $1))
         ORDER BY id`,
        [userId],
      )
      if (open.length > 0) {
        kept.push(
          `That you started, are the subject of or may vote in the open votes ${open.map(vote => vote.id).join(', ')}: until they end.`,
        )
      }
      const restraints = await tx.query<{ guild: bigint; vote: bigint }>(
        `SELECT guild_id::bigint AS guild, vote_id AS vote FROM restraints WHERE user_id = $1`,
        [userId.toString()],
      )
      for (const { vote } of restraints) {
        kept.push(
          `That the members of a server voted, in vote ${vote}, that you take a break: until that is over.`,
        )
      }
      const lasting = restraints.map(restraint => restraint.vote)
      const past = await tx.query<{ id: bigint }>(
        `UPDATE votes SET target_id = NULL, question = '' WHERE target_id = $1 AND outcome IS NOT NULL
           AND id <> ALL ($2::bigint[]) RETURNING id`,
        [userId, lasting],
      )
      for (const { id } of past) {
        await eventLog.erase(tx, VoteEvent, { voteId: id })
        await eventLog.erase(tx, Challenge, { voteId: id })
        await eventLog.erase(tx, Restore, { voteId: id })
      }
      return kept
    },
  }
}
