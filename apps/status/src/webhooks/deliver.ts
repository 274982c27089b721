import { signWebhook } from '@shardlight/status-client'
import { discordBody } from './discord-body.ts'
import type { WebhookTarget } from './targets.ts'
import type { WebhookMessage } from './webhook-store.ts'

const TIMEOUT_MS = 10_000
/** Of an answer no more is read than Discord's word on when to come again. */
const MOST_ANSWER_BYTES = 4 * 1024

/**
 * `failed`: another time it may do; `refused`: this message, or all of them, are not wanted; `gone`: there is no such
 * webhook any more. Reasons name neither address nor answer.
 */
export type Outcome =
  | { kind: 'delivered' }
  | { kind: 'failed'; reason: string; retryAfterMs?: number }
  | { kind: 'refused'; reason: string }
  | { kind: 'gone'; reason: string }

function requestOf(
  { kind, url, secrets }: WebhookTarget,
  { id, body }: WebhookMessage,
  nowMs: number,
): { url: string; headers: Record<string, string>; body: string } {
  if (kind === 'discord') {
    const address = new URL(url)
    // Otherwise Discord says 204 before it has tried.
    address.searchParams.set('wait', 'true')
    return { url: address.href, headers: {}, body: JSON.stringify(discordBody(body)) }
  }
  const text = JSON.stringify(body)
  const timestampSeconds = Math.floor(nowMs / 1000)
  return {
    url,
    body: text,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signWebhook({ id, timestampSeconds, body: text }, secrets),
    },
  }
}

async function readStart(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true })
    if (text.length > MOST_ANSWER_BYTES) break
  }
  return text
}

/** Seconds, also with a fraction, or a date (RFC 9110, 10.2.3); Discord's body says it too. */
async function retryAfterMs(response: Response, nowMs: number): Promise<number | undefined> {
  const header = response.headers.get('retry-after') ?? ''
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000
  const untilMs = Date.parse(header)
  if (!Number.isNaN(untilMs)) return Math.max(0, untilMs - nowMs)
  const seconds = /"retry_after"\s*:\s*(\d+(?:\.\d+)?)/.exec(await readStart(response))?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

async function outcomeOf(response: Response, { kind }: WebhookTarget, nowMs: number): Promise<Outcome> {
  const { status, ok } = response
  const reason = `it answered ${status}`
  if (ok) return { kind: 'delivered' }
  if (status === 410 || (status === 404 && kind === 'discord')) return { kind: 'gone', reason }
  if (status === 429 || status === 503) {
    const afterMs = await retryAfterMs(response, nowMs)
    return { kind: 'failed', reason, ...(afterMs !== undefined && { retryAfterMs: afterMs }) }
  }
  // A redirect is not followed: it could lead anywhere, and the signature with it.
  return { kind: status >= 500 || status === 408 ? 'failed' : 'refused', reason }
}

/** The code of what went wrong; the text of an error may hold the address. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error'
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : error.name
}

/** Sends it once. Never rejects. */
export async function deliver(
  target: WebhookTarget,
  message: WebhookMessage,
  { nowMs, signal, timeoutMs = TIMEOUT_MS }: { nowMs: () => number; signal: AbortSignal; timeoutMs?: number },
): Promise<Outcome> {
  let response: Response | undefined
  try {
    const { url, headers, body } = requestOf(target, message, nowMs())
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Shardlight', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    return await outcomeOf(response, target, nowMs())
  } catch (error) {
    return { kind: 'failed', reason: codeOf(error) }
  } finally {
    if (response?.bodyUsed === false) await response.body?.cancel().catch(() => {})
  }
}
