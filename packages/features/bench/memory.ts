import { once } from 'node:events'
import { type Aim, atMost, type Benchmark, median, type Row } from '@shardlight/bench'
import { runProgram } from '@shardlight/testing/program'
import { type Sandbox, startSandbox } from '@shardlight/testing/sandbox'
import { z } from 'zod'

const RUNS = 3
const SIZES = [0, 1_000, 2_000]
const MOST = Math.max(...SIZES)
const GUILD = { channels: 30, roles: 20 }
const MIB = 1_048_576

const contenders = [
  { name: 'shardlight', program: 'ours' },
  { name: 'discord.js as it comes', program: 'plain' },
] as const
type Program = (typeof contenders)[number]['program']

const weightSchema = z.object({
  rssWhenReady: z.number(),
  rss: z.number(),
  heapUsed: z.number(),
  guilds: z.number(),
})
type Weight = z.output<typeof weightSchema>
type What = Exclude<keyof Weight, 'guilds'>

async function weighOnce(name: Program, sandbox: Sandbox, guilds: number): Promise<Weight> {
  await using program = runProgram(`packages/features/bench/memory/${name}.ts`, {
    DISCORD_API_URL: sandbox.apiUrl,
    DISCORD_TOKEN: sandbox.token,
    NODE_OPTIONS: '--expose-gc',
  })
  const told = await Promise.race([once(program.child, 'message'), program.exited])
  if (!Array.isArray(told)) throw new Error(`${name} ended: ${program.output()}`)
  const weight = weightSchema.parse(told[0])
  if (weight.guilds !== guilds) throw new Error(`${name} has ${weight.guilds} guilds instead of ${guilds}`)
  program.child.disconnect()
  await program.exited
  return weight
}

const inMiB = (bytes: number) => Number((bytes / MIB).toFixed(1))

/** Fresh processes with more and more guilds. @returns the median in MiB, and its growth per 1,000 guilds. */
async function weighAll(sandbox: Sandbox, say: (line: string) => void) {
  const weights = new Map<string, Weight[]>()
  let made = 0
  for (const guilds of SIZES) {
    const count = guilds - made
    if (count > 0) await sandbox.control('POST', '/sandbox/guilds', { name: 'Harbour', count, ...GUILD })
    made = guilds
    for (const { name, program } of contenders) {
      const runs: Weight[] = []
      for (let run = 0; run < RUNS; run += 1) runs.push(await weighOnce(program, sandbox, guilds))
      weights.set(`${program} ${guilds}`, runs)
      say(`${name}, ${guilds} guilds: ${runs.map(({ rss }) => inMiB(rss)).join(', ')} MiB`)
    }
  }
  const weight = (program: Program, guilds: number, what: What) =>
    inMiB(median((weights.get(`${program} ${guilds}`) ?? []).map(one => one[what])))
  const growth = (program: Program, what: What) =>
    Number(((weight(program, MOST, what) - weight(program, 0, what)) * (1_000 / MOST)).toFixed(1))
  return { weight, growth }
}

export const benchmark: Benchmark = {
  description: `RSS of a shard process and its growth with ${MOST} guilds of ${GUILD.channels} channels, beside plain discord.js`,
  async run({ say }) {
    await using sandbox = await startSandbox({ guilds: 0 })
    const { weight, growth } = await weighAll(sandbox, say)
    const rows = contenders.map(
      ({ name, program }): Row => ({
        name,
        ...Object.fromEntries(SIZES.map(guilds => [`MiB, ${guilds} guilds`, weight(program, guilds, 'rss')])),
        'when ready': weight(program, MOST, 'rssWhenReady'),
        'per 1,000': growth(program, 'rss'),
        'heap per 1,000': growth(program, 'heapUsed'),
      }),
    )
    const figures = Object.fromEntries(
      contenders.flatMap(({ program }) => [
        ...SIZES.map(guilds => [`${program}MiB${guilds}`, weight(program, guilds, 'rss')] as const),
        [`${program}WhenReadyMiB${MOST}`, weight(program, MOST, 'rssWhenReady')] as const,
        [`${program}MiBPer1000`, growth(program, 'rss')] as const,
        [`${program}HeapMiBPer1000`, growth(program, 'heapUsed')] as const,
      ]),
    )
    const shareOf = (what: What) => Number((growth('ours', what) / growth('plain', what)).toFixed(3))
    const aims: Aim[] = [
      atMost('RSS grows by at most half of plain discord.js’s per 1,000 guilds', shareOf('rss'), 0.5),
    ]
    return {
      rows,
      figures: { ...figures, shareOfPlain: shareOf('rss'), shareOfPlainHeap: shareOf('heapUsed') },
      aims,
      notes: [
        `A guild has ${GUILD.channels} channels with topics, ${GUILD.roles} roles, overwrites in every third channel, 20 emojis, 3 stickers; no member but the bot, for want of a privileged intent.`,
        `Medians of ${RUNS} fresh processes each, same intents, same packets over the gateway, after all that can be collected is; “when ready” is before that, with ${MOST} guilds.`,
      ],
    }
  },
}
