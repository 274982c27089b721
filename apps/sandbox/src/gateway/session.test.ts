import { expect, test } from 'vitest'
import type { Delivery } from './event.ts'
import { type Outlet, replayLimit, Session } from './session.ts'

test('the replay buffer holds 75 events a guild, between 100 and 3,500', () => {
  expect([0, 1, 2, 46, 47, 2_500].map(replayLimit)).toEqual([100, 100, 150, 3_450, 3_500, 3_500])
})

function session(limit = 3) {
  let missed = 0
  const frames: string[] = []
  const outlet: Outlet = {
    silent: false,
    send: frame => frames.push(frame),
    close() {},
    askToReconnect() {},
    invalidate() {},
  }
  const made = new Session({
    id: 's',
    shardId: 1,
    shardCount: 2,
    intents: 0,
    limit,
    onMissed: () => missed++,
  })
  const types = () => frames.map(frame => JSON.parse(frame).t)
  return { made, outlet, types, missed: () => missed }
}

test('covers the guilds of its shard, and what has no guild only as shard 0', () => {
  const { made } = session()
  expect([1, 2, 3].map(key => made.covers(key))).toEqual([true, false, true])
  expect(made.covers(undefined)).toBe(false)
})

test('an event that waited and was replayed is not missed', () => {
  const { made, outlet, types, missed } = session()
  const delivery: Delivery = { received: false, waiting: 0 }
  made.dispatch('ONE', '{}', delivery)
  expect(delivery).toEqual({ received: false, waiting: 1 })
  made.outlet = outlet
  made.replay(0)
  made.discard()
  expect(types()).toEqual(['ONE'])
  expect(missed()).toBe(0)
})

test('an event that fell out of the buffer, or died with it, is missed once', () => {
  const { made, missed } = session(2)
  for (const type of ['ONE', 'TWO', 'THREE']) made.dispatch(type, '{}', { received: false, waiting: 0 })
  expect(missed()).toBe(1)
  expect([0, 1, 2, 3].map(sequence => made.canReplay(sequence))).toEqual([false, true, true, true])
  made.discard()
  expect(missed()).toBe(3)
})

test('an event that another session received is not missed', () => {
  const { made, missed } = session()
  made.dispatch('ONE', '{}', { received: true, waiting: 0 })
  made.discard()
  expect(missed()).toBe(0)
})

test('a silent outlet, as of a zombie, gets nothing, and the events wait', () => {
  const { made, outlet, types } = session()
  made.outlet = outlet
  outlet.silent = true
  made.dispatch('ONE', '{}')
  expect(types()).toEqual([])
})
