import { createHmac, timingSafeEqual } from 'node:crypto'

const PREFIX = 'whsec_'
const FEWEST_KEY_BYTES = 24
const MOST_KEY_BYTES = 64

/**
 * The bytes of a secret, `whsec_…`: 24 to 64, in base64.
 * @throws {TypeError} without a word of the secret.
 */
export function readWebhookSecret(secret: string): Uint8Array {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret
  const key = Buffer.from(text, 'base64')
  const isBase64 = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  if (!isBase64 || key.length < FEWEST_KEY_BYTES || key.length > MOST_KEY_BYTES)
    throw new TypeError(
      `expected a secret of ${FEWEST_KEY_BYTES} to ${MOST_KEY_BYTES} bytes in base64, after ${PREFIX}`,
    )
  return key
}

export type SignedContent = { id: string; timestampSeconds: number; body: string }

/**
 * `v1,` and the signature, one for each secret, separated by blanks: while a secret is being replaced the receiver
 * may know either (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export const signWebhook = (
  { id, timestampSeconds, body }: SignedContent,
  secrets: readonly string[],
): string =>
  secrets
    .map(secret => {
      const mac = createHmac('sha256', readWebhookSecret(secret))
      return `v1,${mac.update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`
    })
    .join(' ')

/** Whether one of the signatures is right by one of the secrets, in a time that tells neither. */
export function isSignedWith(
  content: SignedContent,
  signatures: string,
  secrets: readonly string[],
): boolean {
  const given = signatures.split(' ').map(signature => Buffer.from(signature))
  const right = secrets.map(secret => Buffer.from(signWebhook(content, [secret])))
  const matches = right.flatMap(one =>
    given.map(other => one.length === other.length && timingSafeEqual(one, other)),
  )
  return matches.includes(true)
}
