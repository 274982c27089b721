import { once } from 'node:events'
import { atMost, type Benchmark, median, quantile } from '@shardlight/bench'
import { runProgram } from '@shardlight/testing/program'
import { z } from 'zod'
import { type RunningSystem, startSystem } from './tracing/running-system.ts'

const BLOCKS = 15
/** Of 200 the 99th percentile is one of two, and chance was larger than what is looked for. */
const COMMANDS_A_BLOCK = 600
const WARM_UP = 100

const names = ['untraced', 'untraced again', 'traced'] as const
type Name = (typeof names)[number]
type Block = Record<Name, number[]>

async function startReceiver() {
  const program = runProgram('apps/bot/bench/tracing/receiver.ts')
  const answer = async () => (await once(program.child, 'message'))[0] as unknown
  const { url } = z.object({ url: z.string() }).parse(await answer())
  return {
    url,
    async spans() {
      program.child.send('how many?')
      return z.object({ spans: z.number() }).parse(await answer()).spans
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

/** One command in each system in turn, beginning with another one each time. */
async function runBlock(systems: Record<Name, RunningSystem>, commands: number): Promise<Block> {
  const latencies: Block = { untraced: [], 'untraced again': [], traced: [] }
  for (let at = 0; at < commands; at++) {
    const first = at % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)])
      latencies[name].push(await systems[name].command())
  }
  return latencies
}

const round = (value: number) => Number(value.toFixed(2))

const quantileOf = (blocks: Block[], q: number, ...of: Name[]) =>
  quantile(
    blocks.flatMap(block => of.flatMap(name => block[name])),
    q,
  )

/**
 * How much more than untraced, in percent, over all commands: what slows the machine down meets all systems alike, since
 * they take turns. What is traced stands beside both that are not.
 */
function overheadOf(blocks: Block[], name: Name, q: number): number {
  const base: Name[] = name === 'traced' ? ['untraced', 'untraced again'] : ['untraced']
  return round(100 * (quantileOf(blocks, q, name) / quantileOf(blocks, q, ...base) - 1))
}

export const benchmark: Benchmark = {
  description:
    'how long a slash command takes with and without traces, exported to a receiver on this machine',
  async run({ say }) {
    await using opened = new AsyncDisposableStack()
    const receiver = opened.use(await startReceiver())
    const start = async (environment: Record<string, string> = {}) =>
      opened.use(await startSystem(environment))
    say('three systems start: two that trace nothing, to see what chance does, and one that traces')
    const systems = {
      untraced: await start(),
      'untraced again': await start(),
      traced: await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }),
    }
    await runBlock(systems, WARM_UP)
    const blocks: Block[] = []
    for (let at = 1; at <= BLOCKS; at++) {
      say(`block ${at} of ${BLOCKS}: ${COMMANDS_A_BLOCK} commands in each, one after the other in turn`)
      blocks.push(await runBlock(systems, COMMANDS_A_BLOCK))
    }
    const spans = await receiver.spans()
    const of = (name: Name, q: number) => round(quantileOf(blocks, q, name))
    const pairs = blocks.flatMap(block => block.traced.map((ms, at) => ms - (block.untraced[at] ?? ms)))
    const figures = {
      untracedP50Ms: of('untraced', 0.5),
      untracedP99Ms: of('untraced', 0.99),
      tracedP50Ms: of('traced', 0.5),
      tracedP99Ms: of('traced', 0.99),
      overheadP50Percent: overheadOf(blocks, 'traced', 0.5),
      overheadP99Percent: overheadOf(blocks, 'traced', 0.99),
      chanceP50Percent: overheadOf(blocks, 'untraced again', 0.5),
      chanceP99Percent: overheadOf(blocks, 'untraced again', 0.99),
      pairMedianMs: round(median(pairs)),
      spans,
    }
    return {
      rows: names.map(name => ({
        name,
        'p50 ms': of(name, 0.5),
        'p99 ms': of(name, 0.99),
        'p50 more %': overheadOf(blocks, name, 0.5),
        'p99 more %': overheadOf(blocks, name, 0.99),
      })),
      figures,
      aims: [atMost('traces cost a command at most 5% of its p99', figures.overheadP99Percent, 5)],
      notes: [
        `${spans} spans came. The median of the differences within pairs is ${figures.pairMedianMs} ms.`,
        'Latency is from the request to the sandbox until its chat shows the answer. p50 and p99 are of all commands.',
        '“untraced again” is the same as “untraced”: what it differs by is chance.',
      ],
    }
  },
}
