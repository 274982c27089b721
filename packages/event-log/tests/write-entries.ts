import { setTimeout as sleep } from 'node:timers/promises'
import type { Journal } from './journal.ts'

export const GUILDS = [1161574221348863930n, 1161574221348863931n] as const
export const guildOf = (n: number): bigint => (n % 2 === 0 ? GUILDS[0] : GUILDS[1])

/** Mulberry32: the same delays and rollbacks for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const ROLLBACKS = 0.2
const LONGEST_MS = 8
const rolledBack = new Error('rolled back on purpose')

/** One writer: random delays within its transactions, some of which are given up. */
export async function writeEntries({
  journal,
  writer,
  count,
}: {
  journal: Journal
  writer: number
  count: number
}): Promise<void> {
  const random = createRandom(writer + 1)
  for (let n = 0; n < count; n++) {
    const write = journal.write({ guildId: guildOf(n), writer, n }, async () => {
      await sleep(random() * LONGEST_MS)
      if (random() < ROLLBACKS) throw rolledBack
    })
    await write.catch(error => {
      if (error !== rolledBack) throw error
    })
  }
}
