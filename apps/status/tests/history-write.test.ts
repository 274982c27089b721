import { migrate, openDatabase } from '@shardlight/database'
import { testDatabase } from '@shardlight/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { historyMigration } from '../src/history/open-history.ts'
import { type Piece, SLOT_MS } from '../src/history/piece.ts'
import { writePiece } from '../src/history/write-piece.ts'
import { openHistoryDatabase } from './history-database.ts'

const NOW = Date.UTC(2026, 10, 21, 23, 50)
const SECOND = 1_000

function pieceOf(fromMs: number, toMs: number, cluster = 'main'): Piece {
  const ms = toMs - fromMs
  return {
    cluster,
    totalShards: 1,
    slot: 0,
    offsetMs: NOW,
    isGuess: false,
    fromMs,
    toMs,
    tally: { observedMs: ms, problemMs: 0, shardMs: ms, upMs: ms, downMs: 0, offMs: 0 },
    worst: { share: 1, atMs: toMs },
    shards: Uint32Array.of(ms, 0, 0),
    wasTried: false,
  }
}

it('counts each second at most once, whichever recorders write which stretches, and again', async () => {
  await using history = await openHistoryDatabase()
  let run = 0
  const stretch = fc
    .record({ from: fc.integer({ min: 0, max: 1_200 }), length: fc.integer({ min: 1, max: 120 }) })
    .map(({ from, length }) => {
      const end = Math.min(from + length, (Math.floor(from / 300) + 1) * 300)
      return { from, end }
    })
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { maxLength: 12 }), async stretches => {
      const cluster = `run-${run++}`
      const tries = [...stretches, ...stretches.slice(-3)].map(({ from, end }) =>
        history.database.transaction(tx =>
          writePiece(tx, pieceOf(from * SECOND, end * SECOND, cluster), {
            nowMs: NOW + 1_320 * SECOND,
            offsetMs: NOW,
          }),
        ),
      )
      const isWritten = await Promise.all(tries)
      const covered = new Set<number>()
      for (const { from, end } of stretches) for (let at = from; at < end; at++) covered.add(at)
      const rows = await history.database.query<{ ms: number }>(
        'SELECT observed_ms::float8 AS ms FROM history_slots WHERE cluster = $1',
        [cluster],
      )
      const total = rows.reduce((sum, { ms }) => sum + ms, 0)
      expect(total).toBeLessThanOrEqual(covered.size * SECOND)
      for (const { ms } of rows) expect(ms).toBeLessThanOrEqual(SLOT_MS)
      if (stretches.length > 0) expect(isWritten).toContain(true)
    }),
    { numRuns: 40 },
  )
})

it('writes the same stretch once when eight recorders try at the same moment', async () => {
  await using scratch = await testDatabase()
  await using database = await openDatabase({ url: scratch.url, applicationName: 'test' })
  await migrate(database, historyMigration)
  const written = await Promise.all(
    Array.from({ length: 8 }, () =>
      database.transaction(tx => writePiece(tx, pieceOf(0, 30_000), { nowMs: NOW, offsetMs: NOW })),
    ),
  )
  expect(written.filter(isWritten => isWritten)).toHaveLength(1)
})
