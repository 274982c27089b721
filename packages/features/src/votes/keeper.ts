import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { currentTraceparent, linksTo, startTrace } from '@shardlight/tracing'
import type { ErrorStore } from '../errors/error-store.ts'
import { type Announcer, UnpostableError } from './announcer.ts'
import type { VotesErasure } from './personal-data.ts'
import type { VoteMetrics } from './vote-metrics.ts'
import type { Vote, VoteStore } from './vote-store.ts'

const LOOK_EVERY_MS = 1_000
const SHORTEST_WAIT_MS = 50
const HOUSEKEEP_EVERY_MS = 30_000
/** All of them are read for their number, which is for a dashboard alone. */
const COUNT_RESTRAINTS_EVERY_MS = 300_000
/** How long ballots are kept after a vote has ended. */
export const AUDIT_DAYS = 7

/**
 * Ends votes when their time has come and posts what was not posted, whichever process it is: of a process that died
 * the others finish the work.
 */
export function startKeeper({
  votes,
  announcer,
  erasure,
  countRestraints,
  errors,
  clock,
  log,
  metrics,
}: {
  votes: VoteStore
  announcer: Announcer
  erasure: VotesErasure
  /** In the one process that tells their number; the others leave it out. */
  countRestraints: (() => Promise<number>) | undefined
  errors: ErrorStore
  clock: Clock
  log: Log
  metrics: VoteMetrics
}): AsyncDisposable & { ended(vote: Vote): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  let housekeptMs = Number.NEGATIVE_INFINITY
  let restraintsCountedMs = Number.NEGATIVE_INFINITY

  /** In a trace of its own where the command that opened the vote was traced, or the ballot that settled it. */
  async function tellResult(vote: Vote): Promise<void> {
    const links = linksTo(vote.traceparent, currentTraceparent())
    if (links.length === 0) return announcer.result(vote)
    const attributes = { 'shardlight.vote.kind': vote.kind, 'shardlight.vote.outcome': vote.outcome ?? '' }
    await startTrace('vote result', { kind: 'consumer', attributes, links }, () => announcer.result(vote))
  }

  async function ended(vote: Vote): Promise<void> {
    metrics.closed.inc({ kind: vote.kind, outcome: vote.outcome ?? '' })
    try {
      await tellResult(vote)
    } catch (error) {
      log.warn({ vote: vote.id, reason: reasonOf(error) }, 'a result could not be posted, trying again')
      await votes.postAgainSoon(vote.id).catch(() => {})
    }
  }

  async function closeDue(): Promise<void> {
    for (let vote = await votes.closeDue(); vote && !signal.aborted; vote = await votes.closeDue()) {
      metrics.lateness.observe(((vote.closedAt?.getTime() ?? 0) - vote.closesAt.getTime()) / 1_000)
      void ended(vote)
    }
  }

  async function postForgotten(): Promise<void> {
    for (const vote of await votes.claimUnposted()) {
      try {
        if (vote.outcome !== null) await tellResult(vote)
        else await announcer.open(vote).catch(error => giveUp(vote, error))
      } catch (error) {
        // One that cannot be posted must not keep the others waiting.
        log.error({ err: error, vote: vote.id }, 'a vote could not be posted, trying again')
        await errors.addGeneral({ what: `posting vote ${vote.id}`, error }).catch(() => {})
        await votes.postAgainSoon(vote.id)
      }
    }
  }

  async function giveUp(vote: Vote, error: unknown): Promise<void> {
    if (!(error instanceof UnpostableError)) throw error
    const outcome = 'retracted'
    const reason = 'I may not write in its channel'
    if (await votes.endBefore(vote.id, { outcome, by: null, reason }))
      metrics.closed.inc({ kind: vote.kind, outcome })
  }

  async function housekeep(): Promise<void> {
    if (clock.nowMs() - housekeptMs < HOUSEKEEP_EVERY_MS) return
    housekeptMs = clock.nowMs()
    // A process may have died between the ballot that settled a vote and its end.
    for (const id of await votes.openEarly()) {
      const closed = await votes.closeIfSettled(id)
      if (closed) void ended(closed)
    }
    await votes.eraseBallots(AUDIT_DAYS)
    await erasure.catchUp()
    metrics.open(await votes.openByKind())
    if (!countRestraints || clock.nowMs() - restraintsCountedMs < COUNT_RESTRAINTS_EVERY_MS) return
    restraintsCountedMs = clock.nowMs()
    metrics.restraints.set(await countRestraints())
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      let nextMs = LOOK_EVERY_MS
      try {
        const dueInMs = await votes.nextDueInMs()
        if (dueInMs !== undefined) {
          if (dueInMs <= 0) await closeDue()
          // One that another process is just closing stays due for an instant.
          nextMs = Math.min(nextMs, Math.max(SHORTEST_WAIT_MS, dueInMs))
        }
        await postForgotten()
        await housekeep()
        failures = 0
      } catch (error) {
        if (failures++ === 0) {
          log.error({ err: error }, 'votes could not be looked after, trying again')
          await errors.addGeneral({ what: 'looking after votes', error }).catch(() => {})
        }
      }
      await clock.sleepUntil(clock.nowMs() + nextMs, signal).catch(() => {})
    }
  }

  const running = run()
  return {
    ended,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
