import { setTimeout as sleep } from 'node:timers/promises'
import type { Sandbox, SandboxWorld } from '@shardlight/testing/sandbox'
import { SHARDS, SPACING_MS } from './scenario.ts'

const TEXT_CHANNEL = 0
/** One that has fallen behind catches up by calls of this size. */
const MOST_ROUNDS_AT_ONCE = 50

const shardOf = (guildId: string): number => Number((BigInt(guildId) >> 22n) % BigInt(SHARDS))

/** The text channels of each shard's guilds, by shard. */
export function channelsByShard({ guilds }: SandboxWorld): string[][] {
  const byShard = Array.from({ length: SHARDS }, (): string[] => [])
  for (const { id, channels } of guilds) {
    const channel = channels.find(({ type }) => type === TEXT_CHANNEL)
    if (channel) byShard[shardOf(id)]?.push(channel.id)
  }
  return byShard
}

/** Number n is written in shard `n % SHARDS`. */
export const shardOfNumber = (number: number): number => number % SHARDS

/** Somebody writes the numbers from 0 on, each once, in every shard at the same pace. */
export function startLoad({
  sandbox,
  authorId,
  channels,
}: {
  sandbox: Sandbox
  authorId: string
  channels: string[][]
}): { stop(): Promise<{ written: number; perSecond: number; endedAtMs: number }> } {
  let isOver = false

  const roundOf = (round: number) =>
    channels.map((ofShard, shard) => ({
      channelId: ofShard[round % ofShard.length] ?? '',
      authorId,
      content: String(round * SHARDS + shard),
    }))

  async function write() {
    const startMs = performance.now()
    let rounds = 0
    while (!isOver) {
      const due = Math.floor((performance.now() - startMs) / SPACING_MS) + 1 - rounds
      if (due === 0) {
        await sleep(Math.max(1, startMs + rounds * SPACING_MS - performance.now()))
        continue
      }
      const now = Array.from({ length: Math.min(due, MOST_ROUNDS_AT_ONCE) }, (_, index) => rounds + index)
      await sandbox.control('POST', '/sandbox/messages', { messages: now.flatMap(roundOf) })
      rounds += now.length
    }
    const written = rounds * SHARDS
    const seconds = (performance.now() - startMs) / 1_000
    return { written, perSecond: Math.round(written / seconds), endedAtMs: Date.now() }
  }

  const writing = write()
  // Awaited at the end; until then a failure has nobody to tell.
  writing.catch(() => {})
  return {
    stop() {
      isOver = true
      return writing
    },
  }
}
