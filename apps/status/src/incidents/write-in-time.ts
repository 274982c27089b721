import { RecordsAwayError } from '../records.ts'
import type { IncidentLedger, IncidentStore } from './incident-store.ts'

/** A person waits for it, and a command that gives up would not know why. */
const WITHIN_MS = 5_000

/**
 * A write that is done in time or not at all, however long a database hangs; only one whose commit was under way may
 * still come to be.
 *
 * @throws {RecordsAwayError}
 */
export function writeInTime<T>(
  store: Pick<IncidentStore, 'write'>,
  run: (ledger: IncidentLedger) => Promise<T>,
  withinMs = WITHIN_MS,
): Promise<T> {
  const deadline = AbortSignal.timeout(withinMs)
  const timeUp = new Promise<never>((_, reject) => {
    const onAbort = () => reject(new RecordsAwayError(`nothing was written within ${withinMs} ms`))
    deadline.addEventListener('abort', onAbort, { once: true })
  })
  const written = store.write(async ledger => {
    deadline.throwIfAborted()
    const result = await run(ledger)
    deadline.throwIfAborted()
    return result
  })
  return Promise.race([written, timeUp])
}
