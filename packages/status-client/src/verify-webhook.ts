import { type WebhookBody, webhookBodySchema } from './webhook-api.ts'
import { isSignedWith } from './webhook-signature.ts'

/** What is older or newer than that may have been recorded by somebody and sent again. */
const TOLERANCE_MS = 5 * 60_000

/** The webhook is not ours, or not of now: answer 400 and do nothing. */
export class WebhookVerificationError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'WebhookVerificationError'
  }
}

/**
 * For whoever receives webhooks: proves that one was sent by who has the secret, and reads it. `id` is the same when
 * it is sent again, so who remembers it does nothing twice.
 * @param body exactly as it was received, not parsed and written again.
 * @param headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, whatever their case.
 * @param secrets `whsec_…`; two while one is being replaced.
 * @throws {WebhookVerificationError}
 */
export function verifyWebhook({
  headers,
  body,
  secrets,
  nowMs = Date.now(),
  toleranceMs = TOLERANCE_MS,
}: {
  headers: Headers | Record<string, string | string[] | undefined>
  body: string
  secrets: readonly string[]
  nowMs?: number
  toleranceMs?: number
}): { id: string; body: WebhookBody } {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers)
  const given = new Map(entries.map(([name, value]) => [name.toLowerCase(), value]))
  const header = (name: string): string => {
    const value = given.get(name)
    if (typeof value !== 'string' || value === '') throw new WebhookVerificationError(`${name} is missing`)
    return value
  }
  const id = header('webhook-id')
  const timestamp = header('webhook-timestamp')
  const timestampSeconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  if (!(Math.abs(nowMs - timestampSeconds * 1000) <= toleranceMs))
    throw new WebhookVerificationError(`webhook-timestamp ${timestamp} is not of now`)
  if (!isSignedWith({ id, timestampSeconds, body }, header('webhook-signature'), secrets))
    throw new WebhookVerificationError('webhook-signature is by none of the secrets')
  try {
    return { id, body: webhookBodySchema.parse(JSON.parse(body)) }
  } catch (cause) {
    throw new WebhookVerificationError('it is signed, but its body is not what was expected', { cause })
  }
}
