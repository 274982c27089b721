import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type Benchmark, type Row } from '@shardlight/bench'
import { startRedis } from '@shardlight/embedded'
import { startBoard } from './feed/board.ts'
import { openNeverReaders } from './feed/never-readers.ts'
import { measureLatency, startPusher, startWatching } from './feed/watch.ts'
import { type Server, startServer } from './ingest/processes.ts'

const TOKEN = 'only-for-the-benchmark'
const TOTAL_SHARDS = 20_000
const RATES = { healthPerSecond: 667, changesPerSecond: 50 }
const VIEWERS = 1_000
/** A message to each for each event: with as many as ours has it would not keep up. */
const FLOOR_VIEWERS = 100
const NEVER_READERS = 100
const SECONDS = 12
const WARM_UP_MS = 3_000
/** Until the server's memory has grown to what the pushes alone take, nearly. */
const SETTLE_MS = 18_000
const NEVER_READING_MS = 12_000
const MIB = 2 ** 20

const rounded = (value: number, digits = 0) => Number(value.toFixed(digits))

const feedOf = (url: string, path: string) => `${url.replace('http', 'ws')}${path}`

/** What goes over the line for the picture, without taking it apart. */
async function packedBytes(url: string, encoding: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  get(new URL('/api/v2/snapshot', url), { headers: { 'accept-encoding': encoding } }, answer => {
    let bytes = 0
    answer.on('data', (data: Buffer) => {
      bytes += data.length
    })
    answer.on('end', () => resolve(bytes))
  }).on('error', reject)
  return await promise
}

async function mostRss(server: Server): Promise<number> {
  let most = 0
  for (let look = 0; look < 6; look += 1) {
    most = Math.max(most, (await server.usage()).rssBytes)
    await sleep(500)
  }
  return most
}

export const benchmark: Benchmark = {
  description: '20,000 shards to 1,000 viewers: from a push to who sees it, beside a message for each event',
  async run({ say }) {
    const rows: Row[] = []
    const figures: Record<string, number> = {}
    const notes: string[] = []
    await using redis = await startRedis()
    if (!redis) notes.push('No Redis on this machine: the registry was in memory.')
    const environment = {
      STATUS_PORT: '0',
      STATUS_TOKENS: `main:${TOKEN}`,
      GLANCE_HEALTH_TIMEOUT: '90',
      ...(redis && { REDIS_URL: redis.url }),
    }
    const load = (url: string) => ({ url, token: TOKEN, totalShards: TOTAL_SHARDS, ...RATES })

    async function show(name: string, figure: string, server: Server, path: string, viewers: number) {
      await using pusher = await startPusher(load(server.url))
      const bytes = path === '/api/feed' ? undefined : await packedBytes(server.url, 'br')
      const gzipped = path === '/api/feed' ? undefined : await packedBytes(server.url, 'gzip')
      await using watching = await startWatching(feedOf(server.url, path), viewers)
      await sleep(WARM_UP_MS)
      const before = await server.usage()
      const beganMs = performance.now()
      const measured = await measureLatency({ pusher, watching, viewers, seconds: SECONDS }, sleep)
      const after = await server.usage()
      const cpu = (after.cpuMicroseconds - before.cpuMicroseconds) / 1000 / (performance.now() - beganMs)
      say(`${name}: p99 ${rounded(measured.p99Ms)} ms, ${rounded(cpu * 100)} % of a processor`)
      rows.push({
        name,
        viewers,
        'p50 ms': rounded(measured.p50Ms),
        'p99 ms': rounded(measured.p99Ms),
        'seen %': rounded(measured.seen * 100, 1),
        'CPU %': rounded(cpu * 100, 1),
        'RSS MiB': rounded(after.rssBytes / MIB),
        'to viewers MB/s': rounded(measured.bytesPerSecond / 1e6, 2),
        'all joined at once, ms': rounded(watching.openedMs),
      })
      figures[`${figure}_p99_ms`] = rounded(measured.p99Ms, 1)
      figures[`${figure}_p50_ms`] = rounded(measured.p50Ms, 1)
      figures[`${figure}_seen`] = rounded(measured.seen, 4)
      figures[`${figure}_cpu_percent`] = rounded(cpu * 100, 1)
      figures[`${figure}_rss_mib`] = rounded(after.rssBytes / MIB, 1)
      figures[`${figure}_join_ms`] = rounded(watching.openedMs)
      if (measured.failed > 0) notes.push(`${name}: ${measured.failed} pushes failed.`)
      return { p99Ms: measured.p99Ms, snapshotBytes: Math.max(bytes ?? 0, gzipped ?? 0), bytes, gzipped }
    }

    /** What 100 of them add while every change of a large board fills their lines; and what the same time adds without. */
    async function neverReaders() {
      await using server = await startServer(environment)
      await using _pusher = await startPusher(load(server.url))
      await using _board = startBoard({ url: server.url, token: TOKEN })
      await sleep(SETTLE_MS)
      const first = await mostRss(server)
      await sleep(NEVER_READING_MS)
      const before = await mostRss(server)
      using _readers = await openNeverReaders(feedOf(server.url, '/api/v2/feed'), NEVER_READERS)
      await sleep(NEVER_READING_MS)
      const after = await mostRss(server)
      return { withMib: rounded((after - before) / MIB, 1), withoutMib: rounded((before - first) / MIB, 1) }
    }

    async function withServer<Result>(
      file: string,
      use: (server: Server) => Promise<Result>,
    ): Promise<Result> {
      await using server = await startServer(file === 'ingest/server.ts' ? environment : {}, file)
      return await use(server)
    }

    await withServer('feed/floor-server.ts', server =>
      show('a message an event', 'floor_100_viewers', server, '/api/feed', FLOOR_VIEWERS),
    )
    await withServer('ingest/server.ts', server =>
      show('status, as many viewers', 'status_100_viewers', server, '/api/v2/feed', FLOOR_VIEWERS),
    )
    const ours = await withServer('ingest/server.ts', server =>
      show('status', 'status_1000_viewers', server, '/api/v2/feed', VIEWERS),
    )
    const never = await neverReaders()
    say(
      `${NEVER_READERS} viewers that never read: ${never.withMib} MiB; as long without them: ${never.withoutMib} MiB`,
    )
    figures['snapshot_brotli_bytes'] = ours.bytes ?? 0
    figures['snapshot_gzip_bytes'] = ours.gzipped ?? 0
    figures['never_reading_100_mib'] = never.withMib
    figures['as_long_without_them_mib'] = never.withoutMib
    figures['cpu_of_floor'] = rounded(
      (figures['status_100_viewers_cpu_percent'] ?? 0) / (figures['floor_100_viewers_cpu_percent'] ?? 1),
      3,
    )
    return {
      rows,
      figures,
      aims: [
        atMost(`p99 from a push to ${VIEWERS} viewers, in ms`, rounded(ours.p99Ms, 1), 500),
        atMost('bytes of the picture, in the larger of two encodings', ours.snapshotBytes, 5_000),
        atMost(`MiB for ${NEVER_READERS} viewers that never read`, never.withMib, 64),
      ],
      notes,
    }
  },
}
