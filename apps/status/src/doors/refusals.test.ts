import { describe, expect, it } from 'vitest'
import { RequestError } from '../request-error.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRefusals } from './refusals.ts'

const PER_MINUTE = 3

/** Doors of several scopes, each with secrets of its own. */
function createDoors() {
  let clockMs = 0
  let turnedAway = 0
  const nowMs = () => clockMs
  const right = new Map([
    ['push', new Set(['main', 'other'])],
    ['operator', new Set(['boss'])],
  ])
  const refusals = createRefusals({
    limit: createRateLimit({ perMinute: PER_MINUTE, nowMs }),
    nowMs,
    onTurnedAway: () => {
      turnedAway += 1
    },
  })
  return {
    turnedAway: () => turnedAway,
    passMs(ms: number) {
      clockMs += ms
    },
    revoke: (scope: string, secret: string) => right.get(scope)?.delete(secret),
    /** The status that whoever comes with it is answered. */
    come(authorization: string, { scope = 'push', ip = '192.0.2.1' } = {}): number {
      try {
        refusals.guard({ ip, scope, secret: authorization }, () => {
          if (!right.get(scope)?.has(authorization)) throw new RequestError(401, 'wrong')
        })
        return 204
      } catch (error) {
        return error instanceof RequestError ? error.statusCode : 500
      }
    },
    guess(times: number, of: { scope?: string; ip?: string } = {}): number[] {
      return Array.from({ length: times }, (_, at) => this.come(`guess ${at}`, of))
    },
  }
}

describe('wrong secrets', () => {
  it('are refused, and from one that sent too many not even checked', () => {
    const doors = createDoors()
    expect(doors.guess(5)).toEqual([401, 401, 401, 429, 429])
    expect(doors.come('main')).toBe(429)
    expect(doors.turnedAway()).toBe(3)
    expect(doors.come('main', { ip: '192.0.2.2' })).toBe(204)
    doors.passMs(20_000)
    expect(doors.come('main')).toBe(204)
  })

  it('are as few for whoever has a right one, whatever that opens', () => {
    const doors = createDoors()
    doors.come('wrong', { scope: 'operator' })
    expect(doors.come('main')).toBe(204)
    expect(doors.guess(5, { scope: 'operator' })).toEqual([401, 401, 429, 429, 429])
    expect(doors.guess(5)).toEqual([401, 401, 401, 429, 429])
    expect(doors.come('other')).toBe(429)
  })

  it('of a stray process do not stop those that had the right one in the last minute', () => {
    const doors = createDoors()
    expect([doors.come('main'), doors.come('other')]).toEqual([204, 204])
    doors.guess(10)
    doors.passMs(59_000)
    doors.guess(10)
    expect(doors.come('main')).toBe(204)
    doors.passMs(2_000)
    doors.guess(10)
    expect([doors.come('main'), doors.come('other')]).toEqual([204, 429])
  })

  it('of one scope leave the others open, so that operators can tell of an outage', () => {
    const doors = createDoors()
    doors.guess(10)
    expect(doors.come('boss', { scope: 'operator' })).toBe(204)
  })

  it('are counted also when they were right before', () => {
    const doors = createDoors()
    doors.come('main')
    doors.revoke('push', 'main')
    expect([1, 2, 3, 4].map(() => doors.come('main'))).toEqual([401, 401, 401, 429])
  })
})
