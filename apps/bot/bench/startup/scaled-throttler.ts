import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocketOptions } from 'discord.js'

const WINDOW_MS = 5_000
const JITTER_MS = 1_500

/**
 * What @discordjs/ws does by itself (`SimpleIdentifyThrottler`, 1.2.3), with its constants scaled as the sandbox's
 * window is: 5 s in each bucket, and up to 1.5 s more.
 */
export function scaledThrottler({
  maxConcurrency,
  scale,
}: {
  maxConcurrency: number
  scale: number
}): NonNullable<WebSocketOptions['buildIdentifyThrottler']> {
  const lines = new Map<number, { last: Promise<void>; resetsAtMs: number }>()

  async function takeTurn(line: { last: Promise<void>; resetsAtMs: number }, before: Promise<void>) {
    await before
    const restMs = line.resetsAtMs - Date.now()
    if (restMs > 0) await sleep(restMs + Math.random() * JITTER_MS * scale)
    line.resetsAtMs = Date.now() + WINDOW_MS * scale
  }

  return async () => ({
    waitForIdentify(shardId) {
      const bucket = shardId % maxConcurrency
      const line = lines.get(bucket) ?? { last: Promise.resolve(), resetsAtMs: 0 }
      lines.set(bucket, line)
      line.last = takeTurn(line, line.last)
      return line.last
    },
  })
}
