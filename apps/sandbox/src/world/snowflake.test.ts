import { expect, test } from 'vitest'
import { createSnowflakes, firstIdAt, sentAtMsOf, shardKeyOf } from './snowflake.ts'

test('the shard of a guild is exact for 64-bit ids', () => {
  expect(shardKeyOf('1161574221348863930') % 360).toBe(134)
})

test('an id tells when it was made', () => {
  const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 6)
  expect(sentAtMsOf(firstIdAt(atMs).toString())).toBe(atMs)
})

test('ids only grow, also past one that lies in the future', () => {
  const snowflakes = createSnowflakes()
  const future = firstIdAt(Date.now() + 60_000)
  snowflakes.seen(future.toString())
  const ids = Array.from({ length: 100 }, () => BigInt(snowflakes.next()))
  expect(ids[0]).toBe(future + 1n)
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0n))).toBe(true)
})
