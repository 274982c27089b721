import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atMost, type Benchmark, median, type Row } from '@shardlight/bench'
import { startPostgres } from '@shardlight/embedded'
import { type Contender, measure, type Outcome } from './startup/measure.ts'
import { type Scenario, scaleOf, scenarios, turnsMs, withoutTurns } from './startup/scenario.ts'

/** Boots are short and differ more: a median of a few is no accident. */
const FEWEST_BOOTS = 3

type Measure = (contender: Contender, scenario: Scenario) => Promise<Outcome>

/** `lost`: shard processes that had to be started again. */
type Ours = { floorMs: number; runs: Outcome[]; overFloor: number[]; lost: number }

const seconds = (ms: number) => Number((ms / 1_000).toFixed(2))
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
const ratio = (value: number) => Number(value.toFixed(3))

/** The boot and the thing itself by turns, since the machine may be busier a minute later. */
async function measureOurs(
  scenario: Scenario,
  { run, say }: { run: Measure; say: (line: string) => void },
): Promise<Ours> {
  const boots: number[] = []
  const runs: Outcome[] = []
  while (runs.length < scenario.runs || boots.length < FEWEST_BOOTS) {
    boots.push((await run('ours', withoutTurns(scenario))).readyMs)
    if (runs.length === scenario.runs) continue
    const outcome = await run('ours', scenario)
    runs.push(outcome)
    say(
      `${scenario.name}, run ${runs.length} of ${scenario.runs}: ${seconds(outcome.readyMs)} s, ${outcome.tooEarly} too early`,
    )
  }
  const floorMs = median(boots) + turnsMs(scenario)
  const lost = sum(runs.map(({ processes }) => processes - scenario.shards / scenario.perProcess))
  return { floorMs, runs, overFloor: runs.map(({ readyMs }) => readyMs / floorMs), lost }
}

const rowOf = (name: string, { readyMs, processes, identifies, tooEarly }: Outcome): Row => ({
  name,
  'all ready (s)': seconds(readyMs),
  processes,
  identifies,
  'too early': tooEarly,
})

/** All contenders of one scenario, beside the floor. */
function compare(
  { name, shards, perProcess }: Scenario,
  { floorMs, runs, overFloor }: Ours,
  { hybrid, sharding }: { hybrid: Outcome; sharding: Outcome },
) {
  const readyMs = median(runs.map(run => run.readyMs))
  const typical = runs.find(run => run.readyMs === readyMs) ?? hybrid
  const beside = (row: Row) => ({
    ...row,
    '× floor': ratio((Number(row['all ready (s)']) * 1_000) / floorMs),
  })
  return {
    overFloor: ratio(median(overFloor)),
    worst: ratio(Math.max(...overFloor)),
    readyMs,
    rows: [
      { name: `${name}: floor`, 'all ready (s)': seconds(floorMs), processes: shards / perProcess },
      beside(rowOf(`${name}: shardlight`, typical)),
      beside(rowOf(`${name}: discord-hybrid-sharding`, hybrid)),
      beside(rowOf(`${name}: discord.js ShardingManager`, sharding)),
    ],
  }
}

export const benchmark: Benchmark = {
  description:
    'until all shards are READY, 32 at max_concurrency 16 and 64 at 1, beside two peers (RUNS=n,m)',
  async run({ say }) {
    await using opened = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'shardlight-bench-'))
    opened.defer(() => rm(directory, { recursive: true, force: true }))
    const { url: databaseUrl } = opened.use(await startPostgres({ directory }))
    const run: Measure = (contender, scenario) => measure({ contender, scenario, databaseUrl })
    const { wide, narrow } = scenarios(process.env['RUNS'])
    const oursWide = await measureOurs(wide, { run, say })
    const oursNarrow = await measureOurs(narrow, { run, say })
    say('the peers wait between shards, so they run side by side; this takes three minutes')
    const [hybridWide, shardingWide, hybridNarrow, shardingNarrow] = await Promise.all([
      run('hybrid', wide),
      run('sharding', wide),
      run('hybrid', narrow),
      run('sharding', narrow),
    ])
    const atWide = compare(wide, oursWide, { hybrid: hybridWide, sharding: shardingWide })
    const atNarrow = compare(narrow, oursNarrow, { hybrid: hybridNarrow, sharding: shardingNarrow })
    const runs = [...oursWide.runs, ...oursNarrow.runs]
    const tooEarly = sum(runs.map(one => one.tooEarly))
    const lost = sum([oursWide, oursNarrow].map(({ lost }) => lost))
    const runsOf = (count: number) => `median of ${count} ${count === 1 ? 'run' : 'runs'}`
    return {
      rows: [...atWide.rows, ...atNarrow.rows],
      figures: {
        wideReadyOverFloor: atWide.overFloor,
        wideReadyOverFloorWorst: atWide.worst,
        wideReadyMs: atWide.readyMs,
        wideHybridReadyMs: hybridWide.readyMs,
        wideShardingManagerReadyMs: shardingWide.readyMs,
        narrowReadyOverFloor: atNarrow.overFloor,
        narrowReadyOverFloorWorst: atNarrow.worst,
        narrowReadyMs: atNarrow.readyMs,
        narrowHybridReadyMs: hybridNarrow.readyMs,
        narrowShardingManagerReadyMs: shardingNarrow.readyMs,
        oursTooEarly: tooEarly,
        oursLostProcesses: lost,
        runs: runs.length,
      },
      aims: [
        atMost(`${wide.name} READY within 1.10 × the floor, ${runsOf(wide.runs)}`, atWide.overFloor, 1.1),
        atMost(
          `${narrow.name} READY within 1.10 × the floor, ${runsOf(narrow.runs)}`,
          atNarrow.overFloor,
          1.1,
        ),
        atMost('no shard process lost on the way', lost, 0),
        atMost(`no IDENTIFY too early in ${runs.length} runs`, tooEarly, 0),
      ],
      notes: [
        'Floor: the same processes where nobody waits for a turn, measured between the runs (median), and the windows that the last shard must wait. Where processes boot at different times the first windows pass meanwhile, so a run may end a little before it.',
        `At ${narrow.name} time is scaled: the window is ${seconds(narrow.windowMs)} s, and the peers’ own delays are ${scaleOf(narrow)} of their defaults. A boot cannot be scaled: it weighs more on who boots one process after the other.`,
      ],
    }
  },
}
