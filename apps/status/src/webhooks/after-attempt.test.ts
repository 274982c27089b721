import { expect, it } from 'vitest'
import { afterAttempt } from './after-attempt.ts'
import { composeMessage } from './compose-message.ts'
import type { Outcome } from './deliver.ts'
import { AT_MS, exampleIncident, exampleUpdate } from './example-incident.ts'
import { beginning } from './webhook-store.ts'

const backoff = { firstMs: 1_000, mostMs: 60_000 }
const incident = exampleIncident({ id: 7 })
const message = composeMessage([{ incident, update: exampleUpdate() }], {
  id: 'msg_1',
  upTo: 5,
  nowMs: AT_MS,
})

const after = (
  outcome: Outcome,
  {
    attempts = 0,
    nowMs = AT_MS,
    random = 1,
    following = [3],
  }: Partial<Record<'attempts' | 'nowMs' | 'random', number>> & {
    following?: number[]
  } = {},
) => afterAttempt({ ...beginning(4), message, attempts, following }, outcome, { nowMs, random, backoff })

it('goes on behind what was delivered, and remembers whose end is to be told', () => {
  expect(after({ kind: 'delivered' }, { attempts: 3 })).toEqual({
    result: 'sent',
    dueInMs: 0,
    progress: { ...beginning(5), following: [3, 7] },
  })
})

it('waits longer after each failure, up to a bound, and not all at the same moment', () => {
  const failed: Outcome = { kind: 'failed', reason: 'it answered 500' }
  const waits = [0, 1, 2, 5, 6, 50].map(attempts => after(failed, { attempts }).dueInMs)
  expect(waits).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
  expect(after(failed, { random: 0 }).dueInMs).toBe(500)
  expect(after(failed).progress).toMatchObject({ cursor: 4, message: { id: 'msg_1' }, attempts: 1 })
})

it('waits as long as it is asked to, but no longer than an hour', () => {
  const asked = (retryAfterMs: number) =>
    after({ kind: 'failed', reason: 'it answered 429', retryAfterMs }, { random: 0, attempts: 20 }).dueInMs
  expect([asked(1_500), asked(86_400_000)]).toEqual([1_500, 3_600_000])
})

it('gives a message up that is refused five times, and goes on with the next', () => {
  const refused: Outcome = { kind: 'refused', reason: 'it answered 400' }
  expect(after(refused, { attempts: 3 })).toMatchObject({ result: 'failed', progress: { attempts: 4 } })
  expect(after(refused, { attempts: 4 })).toMatchObject({
    result: 'given-up',
    progress: { cursor: 5, message: null, attempts: 0 },
  })
})

it('gives a message up that could not be delivered for a day, and not before', () => {
  const failed: Outcome = { kind: 'failed', reason: 'ECONNREFUSED' }
  const nowMs = AT_MS + 24 * 3_600_000
  expect(after(failed, { attempts: 200, nowMs: nowMs - 1 }).result).toBe('failed')
  expect(after(failed, { attempts: 200, nowMs }).result).toBe('given-up')
})

it('sends nothing more to a webhook that is gone, and says why', () => {
  expect(after({ kind: 'gone', reason: 'it answered 404' })).toMatchObject({
    result: 'disabled',
    progress: { disabled: 'it answered 404', message: { id: 'msg_1' } },
  })
})
