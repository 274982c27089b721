import { quantile } from '@shardlight/bench'
import { z } from 'zod'
import { startChild } from '../ingest/child.ts'
import { nowMs } from '../ingest/now-ms.ts'

const opened = z.object({ openedMs: z.number() })
const seen = z.object({
  bytes: z.number(),
  seen: z.array(z.object({ shards: z.array(z.number()), atMs: z.array(z.number()) })),
})
const filled = z.object({ isFilled: z.literal(true) })
const pushed = z.object({ sent: z.array(z.tuple([z.number(), z.number()])), failed: z.number() })

const VIEWER_PROCESSES = 2
/** What was pushed in the last second may still be on its way. */
const SETTLE_MS = 1_000

export type Load = {
  url: string
  token: string
  totalShards: number
  healthPerSecond: number
  changesPerSecond: number
}

/** Pushes all shards, and then goes on pushing. */
export async function startPusher(load: Load) {
  await using opening = new AsyncDisposableStack()
  const child = opening.use(startChild('feed/pusher.ts'))
  await child.ask(load, filled)
  const open = opening.move()
  return {
    begin: () => child.tell('begin'),
    report: () => child.ask('report', pushed),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** Viewers in two processes; `openedMs` is how long it took until all of them, coming at once, had the picture. */
export async function startWatching(url: string, viewers: number) {
  await using opening = new AsyncDisposableStack()
  const children = Array.from({ length: VIEWER_PROCESSES }, () => opening.use(startChild('feed/viewers.ts')))
  const order = { url, count: viewers / VIEWER_PROCESSES }
  const all = await Promise.all(children.map(child => child.ask(order, opened)))
  const open = opening.move()
  return {
    openedMs: Math.max(...all.map(({ openedMs }) => openedMs)),
    begin() {
      for (const child of children) child.tell('begin')
    },
    async report() {
      const reports = await Promise.all(children.map(child => child.ask('report', seen)))
      return {
        bytes: reports.reduce((sum, { bytes }) => sum + bytes, 0),
        seen: reports.flatMap(report => report.seen),
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

type Pusher = Awaited<ReturnType<typeof startPusher>>
type Watching = Awaited<ReturnType<typeof startWatching>>

/** From the push of each change to each viewer that sees it, over so many seconds. */
export async function measureLatency(
  {
    pusher,
    watching,
    viewers,
    seconds,
  }: { pusher: Pusher; watching: Watching; viewers: number; seconds: number },
  sleep: (ms: number) => Promise<unknown>,
) {
  watching.begin()
  pusher.begin()
  await sleep(seconds * 1_000)
  const { sent, failed } = await pusher.report()
  await sleep(SETTLE_MS)
  const endMs = nowMs()
  const { seen: messages, bytes } = await watching.report()
  const sentAtMs = new Map(sent)
  const seenBy = new Map<number, number[]>(sent.map(([shard]) => [shard, []]))
  for (const { shards, atMs } of messages)
    for (const shard of shards) seenBy.get(shard)?.push(...atMs.filter(ms => ms <= endMs))
  let seen = 0
  const latencies = [...seenBy].flatMap(([shard, atMs]) => {
    const pushedMs = sentAtMs.get(shard) ?? endMs
    seen += atMs.length
    // Whoever has not seen it yet will at the earliest now.
    const late = Array.from({ length: viewers - atMs.length }, () => endMs - pushedMs)
    return [...atMs.map(ms => ms - pushedMs), ...late]
  })
  return {
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    /** Of all that should have been seen, what was. */
    seen: seen / latencies.length,
    failed,
    bytesPerSecond: bytes / seconds,
  }
}
