import { atLeast, type Benchmark, median, type Row } from '@shardlight/bench'
import { startRedis } from '@shardlight/embedded'
import { measure, openViewers, startServer } from './ingest/processes.ts'

const TOKEN = 'only-for-the-benchmark'
const TOTAL_SHARDS = 1_200
const CONNECTIONS = 64
const SECONDS = 2
/** The machine's speed changes within a run: what is aimed at is the median over pairs, measured in turn. */
const PAIRS = 5
const WARM_UP_SECONDS = 1
const VIEWERS = [0, 10, 100]
const BATCH = 40

const environmentOf = (redisUrl?: string) => ({
  STATUS_PORT: '0',
  STATUS_TOKENS: `main:${TOKEN}`,
  ...(redisUrl && { REDIS_URL: redisUrl }),
})

const rounded = (value: number, digits = 0) => Number(value.toFixed(digits))

type Contender = { environment: Record<string, string>; viewers: number; shardsPerPush: number }

/** The server is a fresh process each time; what it did while it warmed up does not count. */
async function run({ environment, viewers, shardsPerPush }: Contender) {
  await using server = await startServer(environment)
  using watching = await openViewers(server.url, viewers)
  let bytesBefore = 0
  let cpuBefore = 0
  const measured = await measure({
    url: server.url,
    token: TOKEN,
    connections: CONNECTIONS,
    totalShards: TOTAL_SHARDS,
    shardsPerPush,
    warmUpSeconds: WARM_UP_SECONDS,
    seconds: SECONDS,
    async onWarm() {
      bytesBefore = watching.bytes()
      cpuBefore = await server.cpuMicroseconds()
    },
  })
  const cpu = (await server.cpuMicroseconds()) - cpuBefore
  return {
    ...measured,
    bytesPerSecond: (watching.bytes() - bytesBefore) / SECONDS,
    cpuPerPush: cpu / (measured.perSecond * SECONDS),
  }
}

export const benchmark: Benchmark = {
  description: 'pushes a second with viewers, in memory and in Redis, beside a bare route',
  async run({ say }) {
    const rows: Row[] = []
    const figures: Record<string, number> = {}
    const notes: string[] = []
    await using redis = await startRedis()
    if (!redis) notes.push('No Redis on this machine: only the registry in memory was measured.')
    const registries: [name: string, redisUrl: string | undefined][] = [
      ['memory', undefined],
      ...(redis ? [['redis', redis.url] satisfies [string, string]] : []),
    ]

    async function show(name: string, figure: string, contender: Contender, bare?: number): Promise<number> {
      const { perSecond, p99Ms, failed, bytesPerSecond, cpuPerPush } = await run(contender)
      say(`${name}: ${rounded(perSecond)} pushes/s`)
      rows.push({
        name,
        'pushes/s': rounded(perSecond),
        'shards/s': rounded(perSecond * contender.shardsPerPush),
        'of bare': bare === undefined ? '' : `${rounded((perSecond / bare) * 100)} %`,
        'server CPU µs/push': rounded(cpuPerPush),
        'p99 ms': p99Ms,
        failed,
        'to viewers MB/s': rounded(bytesPerSecond / 1e6, 2),
      })
      figures[`${figure}_pushes_per_s`] = rounded(perSecond)
      figures[`${figure}_cpu_us_per_push`] = rounded(cpuPerPush, 1)
      if (bare !== undefined) figures[`${figure}_of_bare`] = rounded(perSecond / bare, 3)
      if (failed > 0) notes.push(`${name}: ${failed} pushes failed.`)
      return perSecond
    }

    for (const [registry, redisUrl] of registries)
      for (const shardsPerPush of [1, BATCH]) {
        const what = shardsPerPush === 1 ? '' : `, ${shardsPerPush} shards a push`
        const key = shardsPerPush === 1 ? '' : '_batch'
        // Measured anew beside each registry: other work on the machine comes and goes.
        const bare = await show(`bare route beside ${registry}${what}`, `bare_beside_${registry}${key}`, {
          environment: { BENCH_BARE: '1' },
          viewers: 0,
          shardsPerPush,
        })
        for (const viewers of shardsPerPush === 1 ? VIEWERS : VIEWERS.slice(-1)) {
          const contender = { environment: environmentOf(redisUrl), viewers, shardsPerPush }
          await show(
            `${registry}, ${viewers} viewers${what}`,
            `${registry}_${viewers}_viewers${key}`,
            contender,
            bare,
          )
        }
      }

    const contender = { environment: environmentOf(redis?.url), viewers: 100, shardsPerPush: 1 }
    const ratios: number[] = []
    for (let pair = 1; pair <= PAIRS; pair += 1) {
      const bare = await run({ environment: { BENCH_BARE: '1' }, viewers: 0, shardsPerPush: 1 })
      const ours = await run(contender)
      ratios.push(ours.perSecond / bare.perSecond)
      say(`pair ${pair}: ${rounded(ours.perSecond)} of ${rounded(bare.perSecond)} pushes/s`)
    }
    const ofBare = rounded(median(ratios), 3)
    figures['with_100_viewers_of_bare_median'] = ofBare
    const registry = redis ? 'with Redis' : 'in memory'
    const aim = `pushes ${registry} and 100 viewers, of what the bare route takes (median of ${PAIRS} pairs)`
    return { rows, figures, aims: [atLeast(aim, ofBare, 0.4)], notes }
  },
}
