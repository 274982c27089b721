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
  let offsetMs = Math.floor(wallNowMs() - nowMs())
  let isKnown = false
  return {
    get offsetMs() {
      return offsetMs
    },
    /** @returns what time it is by the database */
    async ask(read: () => Promise<number>): Promise<number> {
      const beforeMs = nowMs()
      const databaseMs = await read()
      const measuredMs = Math.floor(databaseMs - (beforeMs + nowMs()) / 2)
      if (!isKnown || Math.abs(measuredMs - offsetMs) > JUMP_MS) offsetMs = measuredMs
      isKnown = true
      return databaseMs
    },
  }
}
