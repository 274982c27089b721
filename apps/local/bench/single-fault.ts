import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type Benchmark, median, type Row } from '@shardlight/bench'
import { type Look, SHARDS, startWatchedSystem, type WatchedSystem } from './single-fault/watched-system.ts'

const ROUNDS = 3
const LOOK_EVERY_MS = 50
const GIVE_UP_MS = 60_000
/** Between two faults, so that each is a single one. */
const PAUSE_MS = 3_000
const FREEZE_MS = 5_000

type Fault = {
  name: string
  /** How many shards have to connect anew; 0 where it is only the page that is away. */
  shards: number
  strike(system: WatchedSystem): Promise<void>
}

const faults: Fault[] = [
  {
    name: 'a shard process is killed',
    shards: 2,
    strike: async system => void process.kill(await system.shardProcess(0), 'SIGKILL'),
  },
  {
    name: 'a shard process freezes',
    shards: 2,
    strike: async system => void process.kill(await system.shardProcess(1), 'SIGSTOP'),
  },
  {
    name: 'the manager is killed',
    shards: SHARDS,
    strike: async system => void process.kill(system.pidOf('apps/bot/src/manager.ts'), 'SIGKILL'),
  },
  {
    name: 'Discord closes a connection',
    shards: 1,
    strike: system => system.fault({ kind: 'gateway-close', shardId: 0, code: 4000 }),
  },
  {
    name: 'a connection goes dead in silence',
    shards: 1,
    strike: system => system.fault({ kind: 'zombie', shardId: 2 }),
  },
  {
    name: 'the status app is killed',
    shards: 0,
    strike: async system => void process.kill(system.pidOf('apps/status/src/main.ts'), 'SIGKILL'),
  },
  {
    name: `Redis stands still for ${FREEZE_MS / 1_000} s`,
    shards: 0,
    async strike(system) {
      const redis = system.pidOf('redis-server')
      process.kill(redis, 'SIGSTOP')
      setTimeout(() => process.kill(redis, 'SIGCONT'), FREEZE_MS)
    },
  },
]

const isRight = ({ shown, connected }: Look) =>
  shown?.every((online, id) => online === connected[id]) === true

const isWhole = (look: Look) => isRight(look) && look.connected.every(one => one)

/**
 * From the fault until everything is as before, and for how long in one stretch the page claimed what was not so, or did
 * not answer.
 */
async function measure(system: WatchedSystem, { shards, strike }: Fault) {
  const before = await system.look()
  await strike(system)
  const beganAtMs = performance.now()
  let wrongSinceMs: number | undefined
  let longestWrongMs = 0
  let wasAway = false
  for (;;) {
    const look = await system.look()
    if (isRight(look)) wrongSinceMs = undefined
    else wrongSinceMs ??= look.atMs
    if (wrongSinceMs !== undefined) longestWrongMs = Math.max(longestWrongMs, look.atMs - wrongSinceMs)
    wasAway ||= look.shown === undefined
    const hasStruck = shards === 0 ? wasAway : look.connects >= before.connects + shards
    if (hasStruck && isWhole(look)) return { wholeAfterMs: look.atMs - beganAtMs, longestWrongMs }
    if (look.atMs > beganAtMs + GIVE_UP_MS) return { wholeAfterMs: GIVE_UP_MS, longestWrongMs }
    await sleep(LOOK_EVERY_MS)
  }
}

export const benchmark: Benchmark = {
  description:
    'one fault at a time: until the bot and the page are as before, and how long the page is wrong',
  async run({ say }) {
    await using system = await startWatchedSystem()
    const rows: Row[] = []
    const whole: number[] = []
    for (const fault of faults) {
      say(fault.name)
      const outcomes: Awaited<ReturnType<typeof measure>>[] = []
      for (let round = 0; round < ROUNDS; round++) {
        outcomes.push(await measure(system, fault))
        await sleep(PAUSE_MS)
      }
      const wholeAfterMs = outcomes.map(one => one.wholeAfterMs)
      whole.push(...wholeAfterMs)
      rows.push({
        name: fault.name,
        'whole again, median (ms)': Math.round(median(wholeAfterMs)),
        'worst (ms)': Math.round(Math.max(...wholeAfterMs)),
        'page wrong or away, worst (ms)': Math.round(Math.max(...outcomes.map(one => one.longestWrongMs))),
      })
    }
    const worstMs = Math.round(Math.max(...whole))
    return {
      rows,
      figures: { worstMs, ...Object.fromEntries(rows.map(row => [row.name, Number(row['worst (ms)'])])) },
      aims: [atMost('all is as before within 15 s of any of them, in ms', worstMs, 15_000)],
      notes: [
        'Whole again: Discord has a session of every shard, and the page says so and is current.',
        'A server that stays away (PostgreSQL, Redis) is no fault that ends by itself; the page then says how old it is.',
      ],
    }
  },
}
