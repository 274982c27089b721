import { shardOfNumber } from './load.ts'
import type { Note } from './notes.ts'
import { SHARDS, SPACING_MS } from './scenario.ts'

export type Handled = { missed: number; twice: number }

export function countHandled(notes: Note[], written: number): Handled {
  const numbers = new Set(notes.map(({ number }) => number))
  return { missed: written - numbers.size, twice: notes.length - numbers.size }
}

/** For how long at most each shard handled nothing, beyond the usual time between two messages. */
export function gapsMs(notes: Note[], { fromMs, toMs }: { fromMs: number; toMs: number }): number[] {
  return Array.from({ length: SHARDS }, (_, shard) => {
    const handled = notes.filter(({ number, atMs }) => shardOfNumber(number) === shard && atMs >= fromMs)
    // One that never comes back was silent until the end.
    const times = [fromMs, ...handled.map(({ atMs }) => atMs), toMs].toSorted((a, b) => a - b)
    const pauses = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs))
    return Math.max(0, Math.max(...pauses) - SPACING_MS)
  })
}
