import { setTimeout as sleep } from 'node:timers/promises'

/** Long waits may not keep the machine busy that others are tested on. */
const pauseAfter = (waitedMs: number) => Math.min(Math.max(waitedMs / 10, 10), 200)

/**
 * Runs `attempt` until it neither throws nor gives `undefined` or `false`, and answers what it gave.
 * @throws the last error, or what was waited for, after `withinMs`.
 */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs = 40_000, everyMs }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const beganMs = performance.now()
  const waitedMs = () => performance.now() - beganMs
  let last: unknown
  do {
    try {
      const found = await attempt()
      if (found !== undefined && found !== false) return found
      last = undefined
    } catch (error) {
      last = error
    }
    await sleep(everyMs ?? pauseAfter(waitedMs()))
  } while (waitedMs() < withinMs)
  throw new Error(`waited ${withinMs} ms in vain: ${what}`, { cause: last })
}
