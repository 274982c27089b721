import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createObserver } from './observer.ts'
import { type Piece, SLOT_MS } from './piece.ts'

const ONLINE = 3
const LONGEST = 15_000
const states = (...of: number[]) => Uint8Array.from(of)
const seen = (...of: number[]) => [{ name: 'main', totalShards: of.length, states: states(...of) }]
const observed = (pieces: readonly Piece[]) => pieces.reduce((ms, { tally }) => ms + tally.observedMs, 0)
const observerAt = (offsetMs = 0) =>
  createObserver({ longestMs: LONGEST, settleMs: 0, databaseClock: { offsetMs, isGuess: false } })

describe('the observer', () => {
  it('lets a look speak for the time since the one before, and the first for none', () => {
    const observer = observerAt()
    observer.look(1_000, seen(ONLINE))
    expect(observer.take()).toEqual([])
    observer.look(6_000, seen(ONLINE))
    expect(observer.take()).toMatchObject([{ fromMs: 1_000, toMs: 6_000, tally: { upMs: 5_000 } }])
  })

  it('cuts at the border of a slot of the other clock', () => {
    const observer = observerAt(299_000)
    observer.look(0, seen(ONLINE))
    observer.look(5_000, seen(ONLINE))
    expect(observer.take().map(({ slot, fromMs, toMs }) => [slot, fromMs, toMs])).toEqual([
      [0, 0, 1_000],
      [1, 1_000, 5_000],
    ])
  })

  it('counts nothing over a gap, in which the process slept', () => {
    const observer = observerAt()
    observer.look(0, seen(ONLINE))
    observer.look(LONGEST + 1, seen(ONLINE))
    expect(observer.take()).toEqual([])
    observer.look(LONGEST + 5_001, seen(ONLINE))
    expect(observed(observer.take())).toBe(5_000)
  })

  it('doubts what nobody has said again, until a silent shard would have been called unhealthy', () => {
    const observer = createObserver({
      longestMs: LONGEST,
      settleMs: 30_000,
      databaseClock: { offsetMs: 0, isGuess: false },
    })
    observer.look(0, seen(ONLINE, ONLINE))
    const record = {
      state: 3,
      sinceMs: 0,
      lastHealthyMs: 0,
      pingMs: null,
      guilds: null,
      reconnects: null,
      reconnectedAtMs: null,
      processId: null,
    } as const
    observer.heard([{ cluster: 'main', shard: 1, kind: 'health', record }])
    observer.look(10_000, seen(ONLINE, ONLINE))
    expect(observer.take()).toMatchObject([{ tally: { shardMs: 20_000, upMs: 10_000 } }])
    observer.look(20_000, undefined)
    observer.look(30_000, seen(ONLINE, ONLINE))
    observer.look(40_000, seen(ONLINE, ONLINE))
    expect(observer.take()).toEqual([])
    observer.look(50_000, seen(ONLINE, ONLINE))
    observer.look(60_000, seen(ONLINE, ONLINE))
    expect(observer.take()).toMatchObject([{ fromMs: 50_000, tally: { upMs: 20_000 } }])
  })

  it('remembers the worst moment', () => {
    const observer = observerAt()
    observer.look(0, seen(ONLINE, ONLINE))
    observer.look(5_000, seen(1, ONLINE))
    observer.look(10_000, seen(1, 1))
    observer.look(15_000, seen(ONLINE, 1))
    expect(observer.take()[0]?.worst).toEqual({ share: 0, atMs: 10_000 })
  })
})

const look = fc.record({
  afterMs: fc.integer({ min: 0, max: 2 * LONGEST }),
  totalShards: fc.constantFrom(1, 2, 5),
  states: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 5, maxLength: 5 }),
  isCurrent: fc.boolean(),
})

it('never counts more time than has passed, whatever it is shown', () => {
  fc.assert(
    fc.property(
      fc.array(look, { maxLength: 200 }),
      fc.integer({ min: 0, max: SLOT_MS }),
      (looks, offsetMs) => {
        const observer = observerAt(offsetMs)
        let nowMs = 0
        for (const { afterMs, totalShards, states: of, isCurrent } of looks) {
          nowMs += afterMs
          observer.look(nowMs, isCurrent ? seen(...of.slice(0, totalShards)) : undefined)
        }
        const pieces = observer.take()
        const bySlot = Map.groupBy(pieces, ({ slot }) => slot)
        for (const ofSlot of bySlot.values()) expect(observed(ofSlot)).toBeLessThanOrEqual(SLOT_MS)
        expect(observed(pieces)).toBeLessThanOrEqual(nowMs)
        for (const [at, { fromMs, toMs, slot, totalShards, tally, shards }] of pieces.entries()) {
          const { observedMs, problemMs, shardMs, upMs, downMs, offMs } = tally
          expect(fromMs).toBeGreaterThanOrEqual(pieces[at - 1]?.toMs ?? 0)
          expect(observedMs).toBeLessThanOrEqual(toMs - fromMs)
          expect(Math.floor((fromMs + offsetMs) / SLOT_MS)).toBe(slot)
          expect(toMs + offsetMs).toBeLessThanOrEqual((slot + 1) * SLOT_MS)
          expect(problemMs).toBeLessThanOrEqual(observedMs)
          expect(shardMs).toBe(observedMs * totalShards)
          expect(upMs + downMs + offMs).toBeLessThanOrEqual(shardMs)
          expect(shards.reduce((sum, ms) => sum + ms, 0)).toBe(upMs + downMs + offMs)
          for (let id = 0; id < totalShards; id++) {
            const times = [0, 1, 2].map(kind => shards[kind * totalShards + id] ?? 0)
            expect(times.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(observedMs)
          }
        }
      },
    ),
  )
})
