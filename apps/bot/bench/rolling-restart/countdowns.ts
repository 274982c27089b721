import { eventually } from '@shardlight/testing'
import type { Sandbox } from '@shardlight/testing/sandbox'
import { COUNT_STEP_MS, COUNT_TO } from './scenario.ts'

/** A count that has posted nothing for this long has ended. */
const SILENT_MS = 5 * COUNT_STEP_MS

export type CountdownsOutcome = {
  wentOn: number
  /** Of those that went on. */
  missing: number
  twice: number
  longestPauseMs: number
}

type Posted = { number: number; atMs: number }

async function read(sandbox: Sandbox, channelId: string): Promise<Posted[]> {
  const messages = await sandbox.messages(channelId)
  return messages.flatMap(({ content, sentAtMs }) =>
    /^\d+$/.test(content) ? { number: Number(content), atMs: sentAtMs } : [],
  )
}

function judge(posted: Posted[]) {
  const numbers = new Set(posted.map(({ number }) => number))
  const pauses = posted.slice(1).map(({ atMs }, index) => atMs - (posted[index]?.atMs ?? atMs))
  return {
    missing: Math.max(0, ...numbers) - numbers.size,
    twice: posted.length - numbers.size,
    longestPauseMs: Math.max(0, ...pauses),
  }
}

/** Somebody starts a count in each channel; resolves when all are under way. */
export async function startCountdowns({
  sandbox,
  userId,
  channelIds,
}: {
  sandbox: Sandbox
  userId: string
  channelIds: string[]
}): Promise<{ look(): Promise<CountdownsOutcome> }> {
  const command = { userId, command: 'countdown start', options: { to: COUNT_TO } }
  for (const channelId of channelIds)
    await sandbox.control('POST', '/sandbox/interactions', { ...command, channelId })
  for (const channelId of channelIds)
    await eventually('it counts', async () => (await read(sandbox, channelId)).length > 1)

  return {
    async look() {
      const all = await Promise.all(channelIds.map(channelId => read(sandbox, channelId)))
      const alive = all.filter(posted => Date.now() - (posted.at(-1)?.atMs ?? 0) < SILENT_MS).map(judge)
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
      return {
        wentOn: alive.length,
        missing: sum(alive.map(({ missing }) => missing)),
        twice: sum(alive.map(({ twice }) => twice)),
        longestPauseMs: Math.max(0, ...alive.map(({ longestPauseMs }) => longestPauseMs)),
      }
    },
  }
}
