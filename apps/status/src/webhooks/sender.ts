import { randomUUID } from 'node:crypto'
import type { Log } from '@shardlight/service'
import type { IncidentStore } from '../incidents/incident-store.ts'
import { afterAttempt, type Backoff, usualBackoff } from './after-attempt.ts'
import { composeMessage, isWanted } from './compose-message.ts'
import { deliver } from './deliver.ts'
import type { WebhookMetrics } from './metrics.ts'
import { digestOfAddress, type WebhookTarget } from './targets.ts'
import type { Claim, Progress, WebhookMessage, WebhookStore } from './webhook-store.ts'

/** Longer than a round of whoever opens incidents: what goes down together is told together. */
const GROUP_MS = 8_000
const MOST_UPDATES = 200

export type SenderOptions = {
  store: WebhookStore
  incidents: Pick<IncidentStore, 'updatesAfter' | 'lastUpdateId'>
  metrics: WebhookMetrics
  log: Log
  /** The wall clock. */
  nowMs?: () => number
  random?: () => number
  groupMs?: number
  /** Where people find the status page. */
  pageUrl?: string | undefined
  backoff?: Backoff
  timeoutMs?: number
}

export type Sender = {
  /** Does what is due; answers whether there may be more at once. Rejects while PostgreSQL is away. */
  step(signal: AbortSignal): Promise<boolean>
  /** Writes down what came of the last message, where that was not possible yet. */
  settle(): Promise<void>
}

/** Tells one target what is new; of all replicas that do so at the same time one gets the claim. */
export function createSender(
  target: WebhookTarget,
  {
    store,
    incidents,
    metrics,
    log,
    nowMs = Date.now,
    random = Math.random,
    groupMs = GROUP_MS,
    backoff = usualBackoff,
    timeoutMs,
    pageUrl,
  }: SenderOptions,
): Sender {
  const { name } = target
  let isEnrolled = false
  /** What could not be written down, of a claim that may still be ours. */
  let unsettled: (() => Promise<unknown>) | undefined

  async function enrol(newest: number): Promise<void> {
    await store.enrol({ name, addressDigest: digestOfAddress(target), cursor: newest })
    isEnrolled = true
  }

  async function compose(claim: Claim): Promise<(Progress & { message: WebhookMessage }) | undefined> {
    const { progress } = claim
    const { message } = progress
    if (message) return { ...progress, message }
    const updates = await incidents.updatesAfter(progress.cursor, MOST_UPDATES)
    const upTo = updates.at(-1)?.update.id ?? progress.cursor
    const now = { following: progress.following, nowMs: nowMs() }
    const wanted = updates.filter(update => isWanted(update, target, now))
    if (wanted.length === 0) {
      await store.settle(claim, { ...progress, cursor: upTo, isGrouping: false })
      return undefined
    }
    if (!progress.isGrouping) {
      await store.settle(claim, { ...progress, isGrouping: true }, { dueInMs: groupMs })
      return undefined
    }
    const composed = composeMessage(wanted, { id: `msg_${randomUUID()}`, upTo, nowMs: now.nowMs, pageUrl })
    const next = { ...progress, isGrouping: false, message: composed }
    // First it is written down what is sent: whoever sends it again sends the same.
    return (await store.settle(claim, next, { keepsClaim: true })) ? next : undefined
  }

  async function send(claim: Claim, progress: Progress & { message: WebhookMessage }, signal: AbortSignal) {
    const options = { nowMs, signal, ...(timeoutMs !== undefined && { timeoutMs }) }
    const outcome = await deliver(target, progress.message, options)
    const decision = afterAttempt(progress, outcome, { nowMs: nowMs(), random: random(), backoff })
    const { result, dueInMs } = decision
    metrics.attempted(name, result)
    if (outcome.kind !== 'delivered') {
      const { attempts } = decision.progress
      const facts = { target: name, message: progress.message.id, attempts, reason: outcome.reason }
      if (result === 'disabled')
        log.error(facts, `webhook ${name} is gone and gets nothing more: give it another address`)
      else if (result === 'given-up')
        log.error(facts, `webhook ${name} does not take a message: it is given up`)
      else log[attempts === 1 ? 'warn' : 'debug'](facts, `webhook ${name} is tried again`)
    }
    unsettled = () => store.settle(claim, decision.progress, { dueInMs })
  }

  async function settle(): Promise<void> {
    // What was sent is not sent again, as long as nobody else has claimed the target since.
    await unsettled?.()
    unsettled = undefined
  }

  return {
    settle,
    async step(signal) {
      await settle()
      const newest = await incidents.lastUpdateId()
      if (!isEnrolled) await enrol(newest)
      const known = await store.read(name)
      if (!known) await enrol(newest)
      const isDisabled = known?.disabled != null
      const isWaiting = known !== undefined && (known.message !== null || known.cursor < newest)
      metrics.seen(name, { isWaiting: isWaiting && !isDisabled, isDisabled })
      if (!isWaiting || isDisabled) return false
      const claim = await store.claim(name)
      if (!claim) return false
      const progress = await compose(claim)
      if (progress) await send(claim, progress, signal)
      return true
    },
  }
}
