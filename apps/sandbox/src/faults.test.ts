import { describe, expect, test } from 'vitest'
import { createFaults, routeMatches } from './faults.ts'

describe('the route of a fault', () => {
  test.each([
    ['POST /channels/:id/messages', 'POST', '/channels/5/messages', true],
    ['post /api/v10/channels/{channel_id}/messages', 'POST', '/channels/5/messages', true],
    ['/channels/5/messages', 'GET', '/channels/5/messages', true],
    ['POST /channels/5/messages', 'POST', '/channels/6/messages', false],
    ['POST /channels/:id/messages', 'GET', '/channels/5/messages', false],
    ['POST /channels/:id', 'POST', '/channels/5/messages', false],
  ])('%s and %s %s', (pattern, method, path, matches) => {
    expect(routeMatches(pattern, method, path)).toBe(matches)
  })
})

test('a fault strikes as often as it was told to', () => {
  const faults = createFaults()
  faults.add({ kind: 'rest-status', route: '/gateway/bot', status: 500, times: 2 })
  const struck = [1, 2, 3].map(() => faults.rest('rest-status', 'GET', '/gateway/bot')?.status)
  expect(struck).toEqual([500, 500, undefined])
})

test('a fault of one shard leaves the others alone', () => {
  const faults = createFaults()
  faults.add({ kind: 'swallow-identify', shardId: 1, times: 1 })
  expect([0, 1, 1].map(shardId => faults.swallowIdentify(shardId))).toEqual([false, true, false])
})
