import { fetchKafka, HOW_TO_GET_KAFKA, HOW_TO_GET_REDIS } from '@shardlight/embedded'
import { inject } from 'vitest'
import { chromiumPath, HOW_TO_GET_CHROMIUM } from './chromium-path.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    redisUrl: string | null
  }
}

/**
 * For `describe.skipIf(...)`: true where the machine lacks the thing, after a line that says how to get it.
 * With `CI` set nothing may be skipped: then it throws, and the file fails.
 */
export function isMissing(there: boolean, howTo: string): boolean {
  if (there) return false
  if (process.env['CI']) throw new Error(`CI must skip nothing: ${howTo}`)
  console.warn(`skipped: ${howTo}`)
  return true
}

export const redisIsMissing = (): boolean => isMissing(inject('redisUrl') !== null, HOW_TO_GET_REDIS)

export const chromiumIsMissing = (): boolean => isMissing(chromiumPath() !== undefined, HOW_TO_GET_CHROMIUM)

/** Fetches the broker, the first time. */
export const kafkaIsMissing = async (): Promise<boolean> => isMissing(await fetchKafka(), HOW_TO_GET_KAFKA)

/** The run's Redis; call it where `redisIsMissing()` was false. Databases 0 to 15 are there to keep tests apart. */
export function redisUrl(database = 0): string {
  const url = inject('redisUrl')
  if (url === null) throw new Error(HOW_TO_GET_REDIS)
  return `${url}/${database}`
}
