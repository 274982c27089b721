import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type Benchmark, quantile, type Row } from '@shardlight/bench'
import { startPostgres } from '@shardlight/embedded'
import { eventually, type Sandbox, startSandbox } from '@shardlight/testing'
import { startBot } from '../tests/running-bot.ts'
import { type Contender, contenders } from './peers/posters.ts'

const TARGET = 60
const LONGEST_MS = 75_000
const SIZES = [1, 10, 40]
const WITH_CONTENDERS = 10
const TEXT_CHANNEL = 0

type Lateness = { p50: number; p99: number; worst: number; accumulated: number; numbers: number }

/** How late each number stood in Discord, measured from the first one of its channel. */
async function latenessIn(sandbox: Sandbox, channels: string[]): Promise<Lateness> {
  const { botUserId } = (await sandbox.world()).application
  const series = await Promise.all(
    channels.map(async channel => {
      const sent = (await sandbox.messages(channel)).filter(message => message.authorId === botUserId)
      const wrong = sent.findIndex((message, index) => message.content !== String(index + 1))
      if (wrong >= 0)
        throw new Error(`number ${wrong + 1} of channel ${channel} is “${sent[wrong]?.content}”`)
      return sent.map(({ sentAtMs }, index) => sentAtMs - (sent[0]?.sentAtMs ?? 0) - index * 1_000)
    }),
  )
  const all = series.flatMap(lateness => lateness.slice(1))
  const middleOf = (from: number, to?: number) =>
    quantile(
      series.flatMap(one => one.slice(from, to)),
      0.5,
    )
  return {
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    worst: Math.max(...all),
    // Two windows of the channel's limit at either end, so that one late number is not taken for a drift.
    accumulated: middleOf(-10) - middleOf(1, 11),
    numbers: series.flat().length,
  }
}

const rowOf = (name: string, { p50, p99, worst, accumulated, numbers }: Lateness): Row => ({
  name,
  numbers,
  'p50 ms': p50,
  'p99 ms': p99,
  'worst ms': worst,
  'accumulated ms': accumulated,
})

export const benchmark: Benchmark = {
  description: `1, 10 and 40 countdowns at once over ${TARGET} s: how late each number is in Discord`,
  async run({ say }) {
    await using opened = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'shardlight-bench-'))
    opened.defer(() => rm(directory, { recursive: true, force: true }))
    const postgres = opened.use(await startPostgres({ directory }))
    const sandbox = opened.use(
      await startSandbox({ guilds: SIZES.reduce((a, b) => a + b) + contenders.length }),
    )
    opened.use(await startBot({ sandbox, databaseUrl: postgres.url }))
    const world = await sandbox.world()
    const author = world.users[0]?.id ?? ''
    const free = world.guilds.flatMap(
      guild => guild.channels.find(one => one.type === TEXT_CHANNEL)?.id ?? [],
    )

    const rows: Row[] = []
    const figures: Record<string, number> = {}
    for (const size of SIZES) {
      const channels = free.splice(0, size)
      const peers: { contender: Contender; channel: string }[] =
        size === WITH_CONTENDERS
          ? contenders.flatMap(contender => free.splice(0, 1).map(channel => ({ contender, channel })))
          : []
      say(`${size} at once${peers.length > 0 ? ', and the others beside them' : ''}, ${TARGET} s`)
      const posting = peers.map(({ contender, channel }) =>
        contender.count({ sandbox, channel, target: TARGET }),
      )
      // People do not write in the same millisecond, and all of them together have 50 requests a second.
      for (const channel of channels) {
        await sandbox.write(channel, author, `<@${world.application.botUserId}> count to ${TARGET}`)
        await sleep(1_000 / size)
      }
      await Promise.all(posting)
      const isDone = async (channel: string) =>
        (await sandbox.messages(channel)).at(-1)?.content === String(TARGET)
      for (const channel of channels)
        await eventually(`${channel} has all`, () => isDone(channel), {
          withinMs: LONGEST_MS,
          everyMs: 1_000,
        })

      const lateness = await latenessIn(sandbox, channels)
      rows.push(rowOf(`shardlight × ${size}`, lateness))
      for (const name of ['p50', 'p99', 'accumulated'] as const) figures[`${name}Ms${size}`] = lateness[name]
      for (const { contender, channel } of peers) {
        const floor = await latenessIn(sandbox, [channel])
        rows.push(rowOf(contender.name, floor))
        figures[`${contender.figure}P99Ms`] = floor.p99
        figures[`${contender.figure}AccumulatedMs`] = floor.accumulated
      }
    }
    const { rest } = await sandbox.ledger()
    figures['tooManyRequests'] = rest.byStatus['429'] ?? 0
    return {
      rows,
      figures,
      aims: [
        atMost('10 countdowns: p99 lateness of at most 30 ms', figures['p99Ms10'] ?? Number.NaN, 30),
        atMost(
          '10 countdowns: none accumulated (at most 30 ms in 60 s)',
          figures['accumulatedMs10'] ?? Number.NaN,
          30,
        ),
        atMost('no answer 429', figures['tooManyRequests'], 0),
      ],
      notes: [
        'Lateness counts from the first number in the channel, by the clock of the sandbox, which is a process of its own.',
        'A channel takes 5 messages in 5 s and no more, so every sixth number waits until the first of the five is 5 s old.',
        'What that wait costs adds up for these sixth numbers; p99 and worst show it, “accumulated” is of the median number.',
      ],
    }
  },
}
