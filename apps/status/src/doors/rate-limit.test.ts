import { describe, expect, it } from 'vitest'
import { addressKey } from './address-key.ts'
import { createRateLimit } from './rate-limit.ts'

function createLimit(perMinute: number, mostAddresses?: number) {
  let nowMs = 0
  const limit = createRateLimit({ perMinute, nowMs: () => nowMs, ...(mostAddresses && { mostAddresses }) })
  return {
    ...limit,
    size: () => limit.size,
    passMs: (ms: number) => {
      nowMs += ms
    },
    /** How many of so many were let through. */
    takeMany: (address: string, times: number) =>
      Array.from({ length: times }, () => limit.take(address)).filter(waitSeconds => waitSeconds === 0)
        .length,
  }
}

describe('a limit by address', () => {
  it("allows a minute's worth at once, then as many as trickle in, each address for itself", () => {
    const limit = createLimit(60)
    expect(limit.takeMany('a', 100)).toBe(60)
    expect(limit.takeMany('b', 100)).toBe(60)
    limit.passMs(10_000)
    expect(limit.takeMany('a', 100)).toBe(10)
    limit.passMs(3_600_000)
    expect(limit.takeMany('a', 100)).toBe(60)
  })

  it('says after how many whole seconds to come again, and keeps its word', () => {
    const limit = createLimit(6)
    limit.takeMany('a', 6)
    limit.passMs(2_500)
    const waitSeconds = limit.take('a')
    expect(waitSeconds).toBe(8)
    expect(limit.secondsUntilFree('a')).toBe(8)
    limit.passMs(8_000)
    expect(limit.secondsUntilFree('a')).toBe(0)
    expect(limit.take('a')).toBe(0)
  })

  it('is none when it is 0', () => {
    expect(createLimit(0).takeMany('a', 10_000)).toBe(10_000)
  })

  it('remembers no more addresses than it may, and forgets the one that was quiet longest', () => {
    const limit = createLimit(1, 3)
    for (const address of ['a', 'b', 'c', 'a', 'd']) limit.take(address)
    expect(limit.size()).toBe(3)
    expect(limit.secondsUntilFree('b')).toBe(0)
    expect(limit.secondsUntilFree('a')).toBeGreaterThan(0)
  })
})

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['[2001:db8:1:2::9]:4711', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
  ['<script>', 'unknown'],
  ['', 'unknown'],
])('counts %j as %j', (address, key) => {
  expect(addressKey(address)).toBe(key)
})
