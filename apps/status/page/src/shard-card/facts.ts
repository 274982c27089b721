import { isShardState, shardStateNames } from '@shardlight/shard-registry'
import type { ShardAnswer } from '@shardlight/status-client'
import { stateWords } from '../words/states.ts'
import type { Tongue } from '../words/tongue.ts'
import { wordsIn } from '../words/words.ts'
import { factWords } from './fact-words.ts'

export type Fact = { name: string; value: string }

/** Processes push every five seconds: what was said longer ago than this is told with its age. */
const FRESH_MS = 15_000

const isFresh = (saidAtMs: number | null | undefined, nowMs: number): boolean =>
  saidAtMs != null && nowMs - saidAtMs < FRESH_MS

const megabytes = (bytes: number, { locale }: Tongue) =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 }).format(
    bytes / 1e6,
  )

/** A value that is told as it is while it is new, and with its age when it is not; never as if it were. */
function measured(value: string, saidAtMs: number | null | undefined, nowMs: number, tongue: Tongue): string {
  if (saidAtMs == null || isFresh(saidAtMs, nowMs)) return value
  return wordsIn(tongue, factWords).was(value, tongue.ago(nowMs - saidAtMs))
}

function sinceOf({ sinceMs, atMs, staleSinceMs }: ShardAnswer, nowMs: number, tongue: Tongue): string {
  const { unknown } = wordsIn(tongue, factWords)
  if (sinceMs === null) return unknown
  const moment = tongue.moment(sinceMs, nowMs)
  // How long it has lasted is known only of what is known now.
  const lasts = staleSinceMs === null && isFresh(atMs, nowMs)
  return lasts ? `${moment} (${tongue.duration(nowMs - sinceMs)})` : moment
}

function reconnectsOf({ reconnects, reconnectedAtMs }: ShardAnswer, nowMs: number, tongue: Tongue) {
  const words = wordsIn(tongue, factWords)
  if (reconnects === null) return undefined
  if (reconnects === 0) return words.noReconnects
  const ago = reconnectedAtMs === null ? undefined : tongue.ago(nowMs - reconnectedAtMs)
  return words.reconnected(reconnects, ago)
}

const known = (facts: [name: string, value: string | undefined][]): Fact[] =>
  facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))

/** What was told of the shard itself. What a push always tells is called unknown where it is; the rest is left out. */
export function shardFacts(details: ShardAnswer, nowMs: number, tongue: Tongue): Fact[] {
  const words = wordsIn(tongue, factWords)
  const { state, pingMs, guilds, lastHealthyMs } = details
  const name = isShardState(state) ? shardStateNames[state] : undefined
  const stateName = name === undefined ? '' : wordsIn(tongue, stateWords)[name].name
  const value = (said: number | null, unit = '') =>
    said === null
      ? words.unknown
      : measured(`${tongue.count(Math.round(said))}${unit}`, lastHealthyMs, nowMs, tongue)
  return known([
    [words.since(stateName), sinceOf(details, nowMs, tongue)],
    [words.ping, value(pingMs, ' ms')],
    [words.servers, value(guilds)],
    [words.reconnects, reconnectsOf(details, nowMs, tongue)],
    [words.heard, lastHealthyMs === null ? words.never : tongue.ago(nowMs - lastHealthyMs)],
  ])
}

/** In short, what is known alone: for where a shard is only glanced at. */
export function shortFacts(details: ShardAnswer, nowMs: number, tongue: Tongue): Fact[] {
  const words = wordsIn(tongue, factWords)
  const { sinceMs, pingMs, guilds, lastHealthyMs, process } = details
  const [since, ping, servers] = shardFacts(details, nowMs, tongue)
  return [
    ...(sinceMs !== null && since ? [since] : []),
    ...(pingMs !== null && ping ? [ping] : []),
    ...(guilds !== null && servers ? [servers] : []),
    ...(process === null ? [] : [{ name: words.process, value: process.id }]),
    ...(lastHealthyMs === null ? [] : [{ name: words.heard, value: tongue.ago(nowMs - lastHealthyMs) }]),
  ]
}

/** What the process said of itself; nothing where there is none. */
export function processFacts({ process }: ShardAnswer, nowMs: number, tongue: Tongue): Fact[] {
  const words = wordsIn(tongue, factWords)
  if (process === null) return []
  const { id, pid, version, startedAtMs, memoryBytes, lastPushMs } = process
  // A process that is silent may have ended since: when it began is certain, that it still runs is not.
  const runs: [string, string] | undefined =
    startedAtMs === undefined
      ? undefined
      : isFresh(lastPushMs, nowMs)
        ? [words.uptime, tongue.duration(nowMs - startedAtMs)]
        : [words.began, tongue.moment(startedAtMs, nowMs)]
  return known([
    [words.process, id],
    [words.pid, pid === undefined ? undefined : String(pid)],
    ...(runs ? [runs] : []),
    [
      words.memory,
      memoryBytes === undefined
        ? undefined
        : measured(megabytes(memoryBytes, tongue), lastPushMs, nowMs, tongue),
    ],
    [words.version, version],
  ])
}
