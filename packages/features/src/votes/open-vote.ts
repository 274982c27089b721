import type { Database, Queryable } from '@shardlight/database'
import type { EventLog } from '@shardlight/event-log'
import { time, userMention } from 'discord.js'
import { UserError } from '../feature.ts'
import { readElectorate, requirementsFor, whyNotEligible } from './electorate.ts'
import { FEWEST_FOR_ASK, termsFor } from './rules.ts'
import { readSettings, type Settings } from './settings.ts'
import type { NewVote, Vote, VoteStore } from './vote-store.ts'

const OPEN_ASKS_PER_PERSON = 3
const OPEN_VOTES_PER_GUILD = 25
const MINUTE_MS = 60_000
/** Whoever wants to keep somebody out must not do it by a vote that takes forever. */
const LONGEST_RESTORE_DAYS = 3
/** Keeps two votes of one guild from opening past each other's checks. */
const OPENING_LOCK = 7_401_862

export type Wish = Pick<
  NewVote,
  | 'requestId'
  | 'guildId'
  | 'channelId'
  | 'kind'
  | 'question'
  | 'options'
  | 'isSecret'
  | 'closesEarly'
  | 'durationMs'
> & {
  initiator: { userId: bigint; joinedAt: Date | null }
  target: bigint | null
}

/** Not one that the bot itself took back, as it could not be posted. */
const WAS_HELD = `(outcome = 'retracted' AND end_reason IS NOT NULL) IS NOT TRUE`

const soon = (at: Date) => `${time(at, 'f')} (${time(at, 'R')})`

async function refuseTooSoon(tx: Queryable, wish: Wish, settings: Settings): Promise<void> {
  const { guildId, kind, initiator, target } = wish
  /** The end of the longest wait that still applies, for votes that match. */
  const until = async (
    condition: string,
    wait: string,
    values: readonly unknown[],
  ): Promise<Date | undefined> => {
    const [row] = await tx.query<{ until: Date | null }>(
      `SELECT max(${wait}) AS until FROM votes WHERE guild_id = $1 AND ${condition} AND ${wait} > now()`,
      [guildId, ...values],
    )
    return row?.until ?? undefined
  }

  if (kind !== 'ask' && target !== initiator.userId) {
    const own = await until(
      `kind = $2 AND initiator_id = $3 AND target_id IS DISTINCT FROM initiator_id AND ${WAS_HELD}`,
      `opened_at + $4 * interval '1 hour'`,
      [kind, initiator.userId, settings['challenger-wait-hours']],
    )
    if (own)
      throw new UserError(`You have started a ${kind} not long ago. You can start the next one ${soon(own)}.`)
  }
  if (kind === 'challenge') {
    const here = await until(`kind = 'challenge' AND ${WAS_HELD}`, `opened_at + $2 * interval '1 minute'`, [
      settings['server-wait-minutes'],
    ])
    if (here)
      throw new UserError(
        `There was a challenge in this server just now. The next one can start ${soon(here)}.`,
      )
  }
  if (target === null || target === initiator.userId) return
  const left = await until(
    // What was retracted said nothing about them: else a friend could keep everybody else from asking.
    `kind = $2 AND target_id = $3 AND outcome IN ('failed', 'tie', 'no-quorum', 'vetoed')`,
    `closed_at + $4 * interval '1 hour'`,
    [kind, target, settings['target-wait-hours']],
  )
  if (left) {
    throw new UserError(
      `There was such a vote about ${userMention(String(target))} not long ago, and it did not pass. The next one can start ${soon(left)}.`,
    )
  }
}

function refuseDuration({ kind, durationMs }: Wish, settings: Settings): void {
  if (kind === 'ask') return
  const shortest = settings['shortest-minutes']
  if (durationMs < shortest * MINUTE_MS) {
    throw new UserError(
      `Votes about members are open for at least ${shortest} minutes here, so that all have a chance to see them.`,
    )
  }
  if (kind === 'restore' && durationMs > LONGEST_RESTORE_DAYS * 24 * 60 * MINUTE_MS) {
    throw new UserError(
      `A vote to restore somebody is open for ${LONGEST_RESTORE_DAYS} days at most: they are waiting for it.`,
    )
  }
}

async function refuseTooMany(tx: Queryable, { guildId, kind, initiator, target }: Wish): Promise<void> {
  const open = await tx.query<{ id: bigint; kind: string; initiator: bigint | null; target: bigint | null }>(
    `SELECT id, kind, initiator_id AS initiator, target_id AS target FROM votes WHERE guild_id = $1 AND outcome IS NULL`,
    [guildId],
  )
  const same = open.find(vote => target !== null && vote.target === target)
  if (same) {
    throw new UserError(
      `Vote ${same.id} about ${userMention(String(target))} is still open. There can be only one at a time.`,
    )
  }
  if (open.length >= OPEN_VOTES_PER_GUILD) {
    throw new UserError(
      `${open.length} votes are open in this server, which is as many as there can be. Please wait until one ends.`,
    )
  }
  const own = open.filter(vote => vote.kind === 'ask' && vote.initiator === initiator.userId)
  if (kind === 'ask' && own.length >= OPEN_ASKS_PER_PERSON) {
    throw new UserError(
      `You have ${own.length} open votes (${own.map(vote => vote.id).join(', ')}), which is as many as one can have. Wait until one ends, or retract one: vote retract ${own[0]?.id}`,
    )
  }
}

/** A person who is restrained may ask to be let back, once for each restraint. */
async function refuseSecondPlea(tx: Queryable, { guildId, initiator }: Wish): Promise<void> {
  const [plea] = await tx.query<{ id: bigint }>(
    `SELECT votes.id FROM votes JOIN restraints ON restraints.guild_id = $1::bigint::text AND restraints.user_id = $2::bigint::text
     WHERE votes.guild_id = $1 AND kind = 'restore' AND initiator_id = $2 AND target_id = $2 AND opened_at > since
       AND ${WAS_HELD}`,
    [guildId, initiator.userId],
  )
  if (!plea) return
  throw new UserError(
    `You have asked the members already, in vote ${plea.id}. One can ask once; other members may still start a vote for you.`,
  )
}

/**
 * Freezes who may vote and how many it takes, and opens the vote. Everything is checked and stored in one transaction.
 * @returns undefined when the same request has opened one already
 * @throws {UserError} saying why not, and from when on
 */
export function createOpenVote({
  database,
  eventLog,
  votes,
}: {
  database: Database
  eventLog: EventLog
  votes: VoteStore
}) {
  return async (wish: Wish): Promise<Vote | undefined> => {
    const { guildId, kind, initiator, target } = wish
    const settings = await readSettings(database, guildId)
    const required = requirementsFor(kind, settings)
    refuseDuration(wish, settings)
    const pleads = target === initiator.userId
    if (!pleads) {
      const why = await whyNotEligible(database, { guildId, ...initiator, required })
      if (why) throw new UserError(`You cannot start this vote yet: ${why}.`)
    }
    return eventLog.transaction(async tx => {
      await tx.query('SELECT pg_advisory_xact_lock($1, hashint8($2))', [OPENING_LOCK, guildId])
      if (await votes.ofRequest(wish.requestId, tx)) return { events: [], result: undefined }
      await refuseTooMany(tx, wish)
      await refuseTooSoon(tx, wish, settings)
      if (pleads) await refuseSecondPlea(tx, wish)
      const electorIds = await readElectorate(tx, { guildId, required, except: target })
      const fewest = kind === 'ask' ? FEWEST_FOR_ASK : settings['fewest-active']
      if (electorIds.length < fewest) {
        const who = target === null ? '' : ` besides ${userMention(String(target))}`
        throw new UserError(
          `Too few members are active for this vote: ${electorIds.length}${who}, and it needs ${fewest}. ` +
            `Active is who used a command, wrote to me or talked in voice for ten minutes here within ${required['active-days']} ${required['active-days'] === 1 ? 'day' : 'days'}.`,
        )
      }
      const { quorum, threshold } = termsFor({
        kind,
        electors: electorIds.length,
        quorumPercent: settings['quorum-percent'],
        thresholdPercent: settings['yes-percent'],
      })
      const { initiator: _, target: targetId, ...asked } = wish
      const vote = await votes.insert(tx, {
        ...asked,
        targetId,
        initiatorId: initiator.userId,
        electorIds,
        quorum,
        threshold,
        restraintDays: kind === 'challenge' ? settings['restraint-days'] : null,
      })
      return { events: vote ? [votes.eventOf(vote)] : [], result: vote }
    })
  }
}
