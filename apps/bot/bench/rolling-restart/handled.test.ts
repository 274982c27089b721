import { expect, it } from 'vitest'
import { countHandled, gapsMs } from './handled.ts'
import { SHARDS, SPACING_MS } from './scenario.ts'

const whole = (rounds: number) =>
  Array.from({ length: rounds * SHARDS }, (_, number) => ({
    number,
    atMs: 1_000 + Math.floor(number / SHARDS) * SPACING_MS,
  }))

it('counts what nobody handled and what was handled twice', () => {
  const notes = whole(3)
  const [first] = notes
  expect(countHandled(notes, notes.length)).toEqual({ missed: 0, twice: 0 })
  expect(countHandled([...notes.slice(2), ...(first ? [first, first] : [])], notes.length)).toEqual({
    missed: 1,
    twice: 1,
  })
})

it('finds the longest silence of each shard, beyond the usual pace', () => {
  const late = whole(50).map(note => (note.number % SHARDS === 3 ? { ...note, atMs: note.atMs + 500 } : note))
  const gaps = gapsMs(late, { fromMs: 1_000, toMs: 1_000 + 50 * SPACING_MS })
  expect(gaps).toEqual(gaps.map((_, shard) => (shard === 3 ? 500 - SPACING_MS : 0)))
})

it('takes a shard that never comes back for silent until the end', () => {
  const notes = whole(10).filter(({ number }) => number % SHARDS !== 5)
  const gaps = gapsMs(notes, { fromMs: 1_000, toMs: 3_000 })
  expect(gaps[5]).toBe(2_000 - SPACING_MS)
})
