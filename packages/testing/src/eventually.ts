import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Runs `attempt` until it neither throws nor gives `undefined` or `false`, and answers what it gave.
 * @throws the last error, or what was waited for, after `withinMs`.
 */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs = 40_000, everyMs = 50 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const endMs = performance.now() + withinMs
  let last: unknown
  do {
    try {
      const found = await attempt()
      if (found !== undefined && found !== false) return found
      last = undefined
    } catch (error) {
      last = error
    }
    await sleep(everyMs)
  } while (performance.now() < endMs)
  throw new Error(`waited ${withinMs} ms in vain: ${what}`, { cause: last })
}
