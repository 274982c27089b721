import { type Clock, type Log, type Metrics, reasonOf } from '@shardlight/service'
import type { IncidentStore } from '../incidents/incident-store.ts'
import { RecordsAwayError } from '../records.ts'
import type { Backoff } from './after-attempt.ts'
import { createWebhookMetrics } from './metrics.ts'
import { createSender } from './sender.ts'
import type { WebhookTarget } from './targets.ts'
import type { WebhookStore } from './webhook-store.ts'

const LOOK_MS = 1_000
/** What is under way at a stop may end; what is cut off is sent again by whoever comes next. */
const GRACE_MS = 3_000

/** Tells every target what happens, each by itself: one that hangs keeps no other waiting. */
export function startWebhooks({
  targets,
  clock,
  log,
  metrics,
  lookMs = LOOK_MS,
  graceMs = GRACE_MS,
  ...parts
}: {
  targets: readonly WebhookTarget[]
  store: WebhookStore
  incidents: Pick<IncidentStore, 'updatesAfter' | 'lastUpdateId'>
  clock: Clock
  log: Log
  metrics: Metrics
  lookMs?: number
  graceMs?: number
  nowMs?: () => number
  random?: () => number
  groupMs?: number
  pageUrl?: string | undefined
  backoff?: Backoff
  timeoutMs?: number
}): AsyncDisposable {
  const stopping = new AbortController()
  const cutting = new AbortController()
  const webhookMetrics = createWebhookMetrics(metrics)

  async function tell(target: WebhookTarget): Promise<void> {
    const sender = createSender(target, { ...parts, log, metrics: webhookMetrics })
    let isFailing = false
    while (!stopping.signal.aborted) {
      let mayGoOn = false
      try {
        mayGoOn = await sender.step(cutting.signal)
        isFailing = false
      } catch (error) {
        // Records say themselves that they are away.
        if (!isFailing && !(error instanceof RecordsAwayError))
          log.error(
            { err: error, target: target.name },
            `webhook ${target.name} stands still: ${reasonOf(error)}`,
          )
        isFailing = true
      }
      if (!mayGoOn) await clock.sleepUntil(clock.nowMs() + lookMs, stopping.signal).catch(() => {})
    }
    await sender.settle().catch(() => {})
  }

  const running = Promise.all(targets.map(tell))
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      const timer = setTimeout(() => cutting.abort(), graceMs)
      await running
      clearTimeout(timer)
    },
  }
}
