import type { Outcome } from './deliver.ts'
import type { Progress, WebhookMessage } from './webhook-store.ts'

/** Who says that often that a message is wrong will not take it. */
const MOST_REFUSALS = 5
/** A target that is away for longer is not told any more what happened before. */
const OLDEST_MS = 24 * 60 * 60_000
const MOST_RETRY_AFTER_MS = 60 * 60_000

export type Backoff = { firstMs: number; mostMs: number }

export const usualBackoff: Backoff = { firstMs: 2_000, mostMs: 10 * 60_000 }

export type Decision = {
  result: 'sent' | 'failed' | 'given-up' | 'disabled'
  progress: Progress
  dueInMs: number
}

function behind(progress: Progress, { upTo, body }: WebhookMessage): Progress {
  const { incidents } = body.data
  const told = new Set(incidents.map(({ id }) => id))
  return {
    cursor: upTo,
    isGrouping: false,
    message: null,
    attempts: 0,
    following: [
      ...progress.following.filter(id => !told.has(id)),
      ...incidents.filter(({ resolvedAtMs }) => resolvedAtMs === null).map(({ id }) => id),
    ],
    disabled: null,
  }
}

/** What becomes of a message that was sent, and when it is sent again. `random` is from 0 to 1. */
export function afterAttempt(
  progress: Progress & { message: WebhookMessage },
  outcome: Outcome,
  { nowMs, random, backoff }: { nowMs: number; random: number; backoff: Backoff },
): Decision {
  const { message } = progress
  if (outcome.kind === 'delivered') return { result: 'sent', progress: behind(progress, message), dueInMs: 0 }
  if (outcome.kind === 'gone')
    return { result: 'disabled', progress: { ...progress, disabled: outcome.reason }, dueInMs: 0 }
  const attempts = progress.attempts + 1
  const isStale = nowMs - Date.parse(message.body.timestamp) >= OLDEST_MS
  if (isStale || (outcome.kind === 'refused' && attempts >= MOST_REFUSALS))
    return { result: 'given-up', progress: behind(progress, message), dueInMs: 0 }
  const growingMs = Math.min(backoff.mostMs, backoff.firstMs * 2 ** Math.min(attempts - 1, 30))
  const askedForMs = outcome.kind === 'failed' ? outcome.retryAfterMs : undefined
  return {
    result: 'failed',
    progress: { ...progress, attempts },
    dueInMs:
      askedForMs === undefined
        ? growingMs * (0.5 + random / 2)
        : Math.min(askedForMs, MOST_RETRY_AFTER_MS) + random * backoff.firstMs,
  }
}
