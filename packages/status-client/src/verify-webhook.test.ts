import { expect, it } from 'vitest'
import { verifyWebhook, WebhookVerificationError } from './verify-webhook.ts'
import type { WebhookBody } from './webhook-api.ts'
import { isSignedWith, readWebhookSecret, signWebhook } from './webhook-signature.ts'

/** From the libraries of the specification: github.com/standard-webhooks/standard-webhooks. */
const KNOWN = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}
const OTHER = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const NOW_SECONDS = 1_700_000_000

const body = JSON.stringify({
  type: 'incidents.updated',
  timestamp: '2026-11-21T17:00:00.000Z',
  data: { incidents: [] },
} satisfies WebhookBody)

function webhook({ secrets = [KNOWN.secret], sent = body } = {}) {
  const content = { id: 'msg_1', timestampSeconds: NOW_SECONDS, body: sent }
  return {
    body: sent,
    headers: {
      'webhook-id': content.id,
      'webhook-timestamp': String(NOW_SECONDS),
      'webhook-signature': signWebhook(content, secrets),
    },
  }
}

const verify = (
  given: { body: string; headers: Record<string, string> | Headers },
  { secrets = [KNOWN.secret], atSeconds = NOW_SECONDS } = {},
) => verifyWebhook({ ...given, secrets, nowMs: atSeconds * 1000 })

it('signs what the specification signs, as it does', () => {
  expect(signWebhook(KNOWN, [KNOWN.secret])).toBe(KNOWN.signature)
  expect(signWebhook(KNOWN, [KNOWN.secret.replace('whsec_', '')])).toBe(KNOWN.signature)
  expect(isSignedWith(KNOWN, KNOWN.signature, [KNOWN.secret])).toBe(true)
})

it('takes what is signed with the secret, and says its id and what it tells', () => {
  expect(verify(webhook())).toEqual({ id: 'msg_1', body: JSON.parse(body) })
  const { headers, body: sent } = webhook()
  expect(verify({ body: sent, headers: new Headers(headers) }).id).toBe('msg_1')
  const shouted = Object.fromEntries(
    Object.entries(headers).map(([key, value]) => [key.toUpperCase(), value]),
  )
  expect(verify({ body: sent, headers: shouted }).id).toBe('msg_1')
})

it('takes either secret while one is being replaced, on both sides', () => {
  expect(verify(webhook({ secrets: [OTHER, KNOWN.secret] })).id).toBe('msg_1')
  expect(verify(webhook({ secrets: [OTHER] }), { secrets: [KNOWN.secret, OTHER] }).id).toBe('msg_1')
})

it.each([
  ['of another secret', () => verify(webhook({ secrets: [OTHER] })), 'none of the secrets'],
  ['with another body', () => verify({ ...webhook(), body: `${body} ` }), 'none of the secrets'],
  ['with another id', () => withHeader('webhook-id', 'msg_2'), 'none of the secrets'],
  [
    'with another time',
    () => withHeader('webhook-timestamp', String(NOW_SECONDS + 1)),
    'none of the secrets',
  ],
  ['with the signature of a future scheme alone', () => withHeader('webhook-signature', 'v2,abc'), 'none of'],
  ['from six minutes ago', () => verify(webhook(), { atSeconds: NOW_SECONDS + 360 }), 'not of now'],
  ['from the future', () => verify(webhook(), { atSeconds: NOW_SECONDS - 360 }), 'not of now'],
  ['at no time', () => withHeader('webhook-timestamp', 'soon'), 'not of now'],
  ['without a signature', () => withHeader('webhook-signature', ''), 'webhook-signature is missing'],
  ['that tells something else', () => verify(webhook({ sent: '{}' })), 'not what was expected'],
])('refuses one %s', (_, attempt, reason) => {
  expect(attempt).toThrow(WebhookVerificationError)
  expect(attempt).toThrow(reason)
})

function withHeader(name: string, value: string) {
  const given = webhook()
  return verify({ ...given, headers: { ...given.headers, [name]: value } })
}

it.each(['whsec_short', 'whsec_not!base64not!base64not!base64not!', `whsec_${'A'.repeat(200)}`])(
  'refuses a secret that is none, and does not repeat it: %s',
  secret => {
    expect(() => readWebhookSecret(secret)).toThrow('24 to 64 bytes in base64')
    expect(() => readWebhookSecret(secret)).not.toThrow(secret)
  },
)
