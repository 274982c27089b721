import { expect, it } from 'vitest'
import { FrameLog } from './frame-log.ts'
import { createSnapshots } from './snapshots.ts'

const LARGE = 300_000

function createTest({ bytes = 100 } = {}) {
  const log = new FrameLog({ mostEntries: 100, mostBytes: 10_000_000 })
  const test = { log, made: 0, atMs: 0, version: '' }
  const make = () => {
    test.made += 1
    return [Buffer.alloc(bytes)]
  }
  const snapshots = createSnapshots({ log, make, version: () => test.version, nowMs: () => test.atMs })
  return { test, snapshots }
}

it('makes one snapshot a position, and another when its totals are two seconds old', () => {
  const { test, snapshots } = createTest()
  expect(snapshots.current()).toBe(snapshots.current())
  test.log.append([Buffer.alloc(1)])
  expect(snapshots.current()).toMatchObject(test.log.position)
  expect(test.made).toBe(2)
  test.atMs += 2_000
  snapshots.current()
  expect(test.made).toBe(3)
  test.log.restart()
  expect(snapshots.current().epoch).toBe(test.log.position.epoch)
})

it('makes another at the same position when the picture has become stale, and when it is true again', () => {
  const { test, snapshots } = createTest()
  const before = snapshots.current()
  test.version = '1700000000000'
  const stale = snapshots.current()
  expect([before.version, stale.version]).toEqual(['', '1700000000000'])
  expect(stale.seq).toBe(before.seq)
  test.version = ''
  expect(snapshots.current()).not.toBe(stale)
})

it('shares a large one until much has to be told after it, or it is old', () => {
  const { test, snapshots } = createTest({ bytes: LARGE })
  const first = snapshots.current()
  for (let change = 0; change < 3; change += 1) test.log.append([Buffer.alloc(LARGE / 16)])
  expect(snapshots.current()).toBe(first)
  for (let change = 0; change < 3; change += 1) test.log.append([Buffer.alloc(LARGE / 16)])
  const second = snapshots.current()
  expect(second.seq).toBe(6)
  test.atMs += 15_000
  expect(snapshots.current()).not.toBe(second)
})
