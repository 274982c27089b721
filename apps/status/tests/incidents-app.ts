import { incidentSchema, incidentsAnswerSchema } from '@shardlight/status-client'
import { expect } from 'vitest'
import { createTestApp } from './test-app.ts'

export const OPERATOR = 'the-token-of-operators'
export const NOTE = { title: 'Slow answers', text: 'We are looking into it.', impact: 'major' }
export const HOUR_MS = 3_600_000

export const maintenance = (startsInMs: number, lastsMs = HOUR_MS) => ({
  title: 'New disks',
  text: 'Counting stops for a moment.',
  startsAtMs: Date.now() + startsInMs,
  endsAtMs: Date.now() + startsInMs + lastsMs,
})

/** The app with an operator of `main`. */
export async function createIncidentsApp(environment: Record<string, string> = {}) {
  const test = await createTestApp({
    STATUS_OPERATOR_TOKENS: `main:${OPERATOR};second:another-token-of-operators`,
    STATUS_REFUSALS_PER_MINUTE: '0',
    ...environment,
  })
  const write = (
    path: string,
    payload: unknown,
    { token = OPERATOR, key }: { token?: string | undefined; key?: string } = {},
  ) =>
    test.app.inject({
      method: 'POST',
      url: `/api/v2/clusters/${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      payload: JSON.stringify(payload),
    })
  return {
    app: test.app,
    push: test.push,
    passMs: test.passMs,
    write,
    async open(payload: unknown = NOTE, path = 'main/incidents') {
      const answer = await write(path, payload)
      expect(answer.statusCode, answer.body).toBe(201)
      return incidentSchema.parse(answer.json())
    },
    async read(query = '', path = '/api/v2/incidents') {
      return incidentsAnswerSchema.parse((await test.app.inject(path + query)).json())
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  }
}
