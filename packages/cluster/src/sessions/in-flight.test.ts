import { expect, it } from 'vitest'
import { createInFlight } from './in-flight.ts'

it('holds the sequence back at the earliest event that is still being handled', async () => {
  const moved: number[] = []
  const inFlight = createInFlight(shardId => moved.push(shardId))
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  inFlight.arrived(0, 5)
  const firstDone = inFlight.track(first.promise)
  inFlight.arrived(0, 6)
  const secondDone = inFlight.track(second.promise)
  inFlight.arrived(0, 7)
  inFlight.arrived(1, 40)
  expect([inFlight.handledUpTo(0), inFlight.handledUpTo(1)]).toEqual([4, 40])
  second.resolve()
  await secondDone
  expect(inFlight.handledUpTo(0)).toBe(4)
  first.resolve()
  await firstDone
  expect(inFlight.handledUpTo(0)).toBe(7)
  expect(moved).toEqual([0, 0])
})

it('counts what failed as handled', async () => {
  const inFlight = createInFlight(() => {})
  inFlight.arrived(0, 1)
  await expect(inFlight.track(Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(inFlight.handledUpTo(0)).toBe(1)
  expect(await inFlight.idle(1_000)).toBe(true)
})

it('waits for what runs, but not for ever', async () => {
  const inFlight = createInFlight(() => {})
  inFlight.arrived(0, 1)
  void inFlight.track(new Promise(() => {}))
  expect(await inFlight.idle(10)).toBe(false)
})
