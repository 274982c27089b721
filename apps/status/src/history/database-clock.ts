import type { Queryable } from '@shardlight/database'

/** What time it is, in ms since 1970. Several hosts record and read one history, so the database says it. */
export type ReadNow = (db: Queryable) => Promise<number>

export const readDatabaseNow: ReadNow = async db => {
  const [row] = await db.query<{ nowMs: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"',
  )
  if (!row) throw new Error('the database did not say what time it is')
  return row.nowMs
}

/** Less is the noise of asking. */
const JUMP_MS = 1_000

/**
 * What the database's clock is ahead of this process's own, which never jumps. Until it was asked for the first time
 * this machine's wall clock stands in.
 */
export function createClockOffset(nowMs: () => number, wallNowMs: () => number) {
  const aheadMs = () => Math.floor(wallNowMs() - nowMs())
  let wallAheadMs = aheadMs()
  let offsetMs = wallAheadMs
  let isGuess = true
  return {
    get offsetMs() {
      return offsetMs
    },
    get isGuess() {
      return isGuess
    },
    /**
     * Whether this machine slept (a clock that never jumps may stand still meanwhile), or its wall clock was set, since
     * it was asked last. The database says which, the next time it is asked.
     */
    hasJumped(): boolean {
      const jumpMs = aheadMs() - wallAheadMs
      wallAheadMs += jumpMs
      if (Math.abs(jumpMs) <= JUMP_MS) return false
      offsetMs += jumpMs
      isGuess = true
      return true
    },
    /** @returns what time it is by the database */
    async ask(read: () => Promise<number>): Promise<number> {
      const beforeMs = nowMs()
      const databaseMs = await read()
      const measuredMs = Math.floor(databaseMs - (beforeMs + nowMs()) / 2)
      if (isGuess || Math.abs(measuredMs - offsetMs) > JUMP_MS) offsetMs = measuredMs
      isGuess = false
      return databaseMs
    },
  }
}
