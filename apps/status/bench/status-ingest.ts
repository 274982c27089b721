import { atLeast, atMost, type Benchmark, median, type Row } from '@shardlight/bench'
import { startRedis } from '@shardlight/embedded'
import { measure, openViewers, startServer } from './ingest/processes.ts'

const TOKEN = 'only-for-the-benchmark'
const TOTAL_SHARDS = 1_200
/** Enough that neither contender ever waits for a push. */
const CONNECTIONS = 128
const SECONDS = 2
/** Until the code is compiled for what it does all day; ours is more than the bare route. */
const WARM_UP_SECONDS = 4
const VIEWERS = [0, 10, 100, 1_000]
/** A whole process a push, a small one and a large one. */
const BATCHES = [16, 100]
/** The machine's speed changes within a run: what is aimed at is the median over pairs, measured in turn. */
const PAIRS = 5
const STEADY_PAIRS = 3
const STEADY_PER_SECOND = 700
const STEADY_SECONDS = 4
const BARE = { environment: { BENCH_BARE: '1' }, viewers: 0 }

type Contender = {
  environment: Record<string, string>
  viewers: number
  shardsPerPush?: number
  pushesPerSecond?: number
}

const rounded = (value: number, digits = 0) => Number(value.toFixed(digits))

const environmentOf = (redisUrl?: string) => ({
  STATUS_PORT: '0',
  STATUS_TOKENS: `main:${TOKEN}`,
  ...(redisUrl && { REDIS_URL: redisUrl }),
})

/** The server is a fresh process each time; what it did while it warmed up does not count. */
async function run({ environment, viewers, shardsPerPush = 1, pushesPerSecond }: Contender) {
  await using server = await startServer(environment)
  using watching = await openViewers(server.url, viewers)
  const seconds = pushesPerSecond === undefined ? SECONDS : STEADY_SECONDS
  let bytesBefore = 0
  let cpuBefore = 0
  const measured = await measure({
    url: server.url,
    token: TOKEN,
    connections: CONNECTIONS,
    totalShards: TOTAL_SHARDS,
    shardsPerPush,
    ...(pushesPerSecond !== undefined && { pushesPerSecond }),
    warmUpSeconds: WARM_UP_SECONDS,
    seconds,
    async onWarm() {
      bytesBefore = watching.bytes()
      cpuBefore = (await server.usage()).cpuMicroseconds
    },
  })
  const { cpuMicroseconds, rssBytes } = await server.usage()
  return {
    ...measured,
    bytesPerSecond: (watching.bytes() - bytesBefore) / seconds,
    cpuPerPush: (cpuMicroseconds - cpuBefore) / (measured.perSecond * seconds),
    rssMib: rssBytes / 2 ** 20,
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
      const result = await run(contender)
      const { perSecond, cpuPerPush, failed } = result
      say(`${name}: ${rounded(perSecond)} pushes/s`)
      rows.push({
        name,
        'pushes/s': rounded(perSecond),
        'shards/s': rounded(perSecond * (contender.shardsPerPush ?? 1)),
        'of bare': bare === undefined ? '' : `${rounded((perSecond / bare) * 100)} %`,
        'server CPU µs/push': rounded(cpuPerPush),
        'p99 ms': result.p99Ms,
        failed,
        'to viewers MB/s': rounded(result.bytesPerSecond / 1e6, 2),
        'RSS MiB': rounded(result.rssMib),
      })
      figures[`${figure}_pushes_per_s`] = rounded(perSecond)
      figures[`${figure}_cpu_us_per_push`] = rounded(cpuPerPush, 1)
      if (bare !== undefined) figures[`${figure}_of_bare`] = rounded(perSecond / bare, 3)
      if (failed > 0) notes.push(`${name}: ${failed} pushes failed.`)
      return perSecond
    }

    // Bare is measured anew beside each: other work on the machine comes and goes.
    for (const [registry, redisUrl] of registries) {
      const environment = environmentOf(redisUrl)
      const bare = await show(`bare route beside ${registry}`, `bare_beside_${registry}`, BARE)
      for (const viewers of VIEWERS) {
        const figure = `${registry}_${viewers}_viewers`
        await show(`${registry}, ${viewers} viewers`, figure, { environment, viewers }, bare)
      }
      for (const shardsPerPush of BATCHES) {
        const [what, key] = [`, ${shardsPerPush} shards a push`, `_batch_${shardsPerPush}`]
        const beside = `bare_beside_${registry}${key}`
        const bareBatch = await show(`bare beside ${registry}${what}`, beside, { ...BARE, shardsPerPush })
        const contender = { environment, viewers: 100, shardsPerPush }
        await show(`${registry}, 100 viewers${what}`, `${registry}_100_viewers${key}`, contender, bareBatch)
      }
    }

    const ours = { environment: environmentOf(redis?.url), viewers: 100 }
    const ratios: number[] = []
    const cpuRatios: number[] = []
    for (let pair = 1; pair <= PAIRS; pair += 1) {
      const bare = await run(BARE)
      const result = await run(ours)
      ratios.push(result.perSecond / bare.perSecond)
      cpuRatios.push(bare.cpuPerPush / result.cpuPerPush)
      say(`pair ${pair}: ${rounded(result.perSecond)} of ${rounded(bare.perSecond)} pushes/s`)
    }
    const steady: number[] = []
    const steadyBare: number[] = []
    for (let pair = 1; pair <= STEADY_PAIRS; pair += 1) {
      steadyBare.push((await run({ ...BARE, pushesPerSecond: STEADY_PER_SECOND })).p99Ms)
      steady.push((await run({ ...ours, pushesPerSecond: STEADY_PER_SECOND })).p99Ms)
      say(`${STEADY_PER_SECOND} pushes/s: p99 ${steady.at(-1)} ms, bare ${steadyBare.at(-1)} ms`)
    }

    const ofBare = rounded(median(ratios), 3)
    const p99Ms = median(steady)
    figures['with_100_viewers_of_bare_median'] = ofBare
    figures['with_100_viewers_of_bare_by_cpu_median'] = rounded(median(cpuRatios), 3)
    figures['p99_ms_at_700_pushes_per_s'] = p99Ms
    figures['bare_p99_ms_at_700_pushes_per_s'] = median(steadyBare)
    const registry = redis ? 'with Redis' : 'in memory'
    return {
      rows,
      figures,
      aims: [
        atLeast(
          `pushes ${registry} and 100 viewers, of what the bare route takes (median of ${PAIRS} pairs)`,
          ofBare,
          0.6,
        ),
        atMost(
          `p99 of a push at ${STEADY_PER_SECOND} a second ${registry} and 100 viewers, in ms (median of ${STEADY_PAIRS})`,
          p99Ms,
          50,
        ),
      ],
      notes,
    }
  },
}
