import { atMost, type Benchmark, quantile, type Row } from '@shardlight/bench'
import { startRedis } from '@shardlight/embedded'
import { startSandbox } from '@shardlight/testing/sandbox'
import {
  openRedisRequestBudget,
  type RequestBudget,
  startMemoryRequestBudget,
} from '../src/requests/index.ts'
import { offerLoad } from '../tests/programs/requests-parent.ts'

const PROCESSES = 8
const SECONDS = 20
/** What Discord takes for a message, roughly. */
const LATENCY_MS = 50

type Outcome = {
  upstreamPerSecond: number
  maxPerSecond: number
  tooMany: number
  answered: number
  p50: number
  p95: number
  backgroundP95: number
}

async function measure(budget?: RequestBudget): Promise<Outcome> {
  await using sandbox = await startSandbox({ guilds: 60 * PROCESSES })
  await sandbox.control('POST', '/sandbox/settings', { latencyMs: LATENCY_MS })
  const { answersMs, backgroundMs, seconds } = await offerLoad({
    sandbox,
    ...(budget && { budget }),
    processes: PROCESSES,
    seconds: SECONDS,
  })
  const { rest } = await sandbox.ledger()
  return {
    upstreamPerSecond: Math.round((10 * rest.total) / seconds) / 10,
    maxPerSecond: rest.maxPerSecond,
    tooMany: rest.byStatus['429'] ?? 0,
    answered: answersMs.length,
    p50: Math.round(quantile(answersMs, 0.5)),
    p95: Math.round(quantile(answersMs, 0.95)),
    backgroundP95: Math.round(quantile(backgroundMs, 0.95)),
  }
}

const rowOf = (name: string, outcome: Outcome): Row => ({
  name,
  'upstream/s': outcome.upstreamPerSecond,
  'most in a second': outcome.maxPerSecond,
  'answers 429': outcome.tooMany,
  answered: outcome.answered,
  'answers p50 ms': outcome.p50,
  'answers p95 ms': outcome.p95,
  'background p95 ms': outcome.backgroundP95,
})

export const benchmark: Benchmark = {
  description: `${PROCESSES} processes offer ${50 * PROCESSES} requests a second: what leaves, and how long answers wait`,
  async run({ say }) {
    await using opened = new AsyncDisposableStack()
    say(`one budget in the manager's memory, ${SECONDS} s`)
    const memory = await measure(opened.use(startMemoryRequestBudget()))
    const redis = await startRedis()
    let shared: Outcome | undefined
    if (redis) {
      opened.use(redis)
      say('one budget in Redis')
      shared = await measure(opened.use(await openRedisRequestBudget({ url: redis.url, namespace: 'bench' })))
    } else say('there is no Redis here: its budget is left out')
    say('discord.js by itself, 50 a second in each process')
    const stock = await measure()
    return {
      rows: [
        rowOf('shardlight, in memory', memory),
        ...(shared ? [rowOf('shardlight, in Redis', shared)] : []),
        rowOf('discord.js by itself', stock),
      ],
      figures: {
        maxPerSecond: memory.maxPerSecond,
        upstreamPerSecond: memory.upstreamPerSecond,
        answersP50Ms: memory.p50,
        answersP95Ms: memory.p95,
        backgroundP95Ms: memory.backgroundP95,
        tooMany: memory.tooMany,
        ...(shared && { redisAnswersP95Ms: shared.p95, redisMaxPerSecond: shared.maxPerSecond }),
        stockAnswersP95Ms: stock.p95,
        stockTooMany: stock.tooMany,
        stockMaxPerSecond: stock.maxPerSecond,
      },
      aims: [
        atMost('at most 50 requests in any second', memory.maxPerSecond, 50),
        atMost('no answer 429', memory.tooMany, 0),
        atMost('95 % of answers to people within 300 ms', memory.p95, 300),
        ...(shared
          ? [
              atMost('in Redis: at most 50 requests in any second', shared.maxPerSecond, 50),
              atMost('in Redis: 95 % of answers within 300 ms', shared.p95, 300),
            ]
          : []),
      ],
      notes: [
        `Of what each process offers one in twenty is an answer; the sandbox takes ${LATENCY_MS} ms for each request.`,
        'Most background requests cannot leave in any case: their p95 is of those that did.',
      ],
    }
  },
}
