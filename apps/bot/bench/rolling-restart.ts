import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atLeast, atMost, type Benchmark, quantile, type Row } from '@shardlight/bench'
import { startPostgres } from '@shardlight/embedded'
import { measure, type Outcome } from './rolling-restart/measure.ts'
import {
  type ContenderName,
  contenders,
  PEER_DELAY_MS,
  SHARDS,
  SHARDS_PER_PROCESS,
} from './rolling-restart/scenario.ts'

const titles: Record<ContenderName, string> = {
  ours: 'shardlight',
  rolling: 'hybrid-sharding rolling',
  gracefulSwitch: 'hybrid-sharding gracefulSwitch',
  respawnAll: 'hybrid-sharding respawnAll',
}

const rowOf = (name: ContenderName, outcome: Outcome): Row => ({
  name: titles[name],
  'messages/s': outcome.perSecond,
  written: outcome.written,
  missed: outcome.missed,
  'handled twice': outcome.twice,
  IDENTIFYs: outcome.identifies,
  'double session (ms)': outcome.doubleSessionMs,
  'gap p50 (ms)': quantile(outcome.gapsMs, 0.5),
  'gap p95 (ms)': quantile(outcome.gapsMs, 0.95),
  'gap max (ms)': Math.max(...outcome.gapsMs),
  'took (s)': Number((outcome.restartMs / 1_000).toFixed(1)),
  'peak RSS (MiB)': outcome.peakMiB,
  'counts that went on': outcome.countdowns.wentOn,
})

const figuresOf = (name: ContenderName, outcome: Outcome): Record<string, number> =>
  Object.fromEntries(
    Object.entries({
      MessagesPerSecond: outcome.perSecond,
      Missed: outcome.missed,
      HandledTwice: outcome.twice,
      Identifies: outcome.identifies,
      DoubleSessionMs: outcome.doubleSessionMs,
      GapP50Ms: quantile(outcome.gapsMs, 0.5),
      GapP95Ms: quantile(outcome.gapsMs, 0.95),
      GapMaxMs: Math.max(...outcome.gapsMs),
      RestartMs: outcome.restartMs,
      PeakMiB: outcome.peakMiB,
      CountdownsThatWentOn: outcome.countdowns.wentOn,
    }).map(([figure, value]) => [`${name}${figure}`, value]),
  )

export const benchmark: Benchmark = {
  description: 'every shard process replaced under 50 messages/s per shard, beside three ways of a peer',
  async run({ say }) {
    await using opened = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'shardlight-bench-'))
    opened.defer(() => rm(directory, { recursive: true, force: true }))
    const { url: databaseUrl } = opened.use(await startPostgres({ directory }))
    const outcomes = new Map<ContenderName, Outcome>()
    for (const name of contenders) {
      say(`${titles[name]}: load and counts, then the restart`)
      outcomes.set(name, await measure(name, databaseUrl))
    }
    const ours = outcomes.get('ours')
    if (!ours) throw new Error('ours was not measured')
    const { countdowns } = ours
    return {
      rows: [...outcomes].map(([name, outcome]) => rowOf(name, outcome)),
      figures: {
        ...Object.assign({}, ...[...outcomes].map(([name, outcome]) => figuresOf(name, outcome))),
        oursCountdownNumbersMissing: countdowns.missing,
        oursCountdownNumbersTwice: countdowns.twice,
        oursCountdownLongestPauseMs: countdowns.longestPauseMs,
      },
      aims: [
        atMost('no message missed', ours.missed, 0),
        atMost('no message handled twice', ours.twice, 0),
        atMost('no IDENTIFY spent', ours.identifies, 0),
        atMost('a shard is silent for at most a second, p95', quantile(ours.gapsMs, 0.95), 1_000),
        atLeast('every count goes on', countdowns.wentOn, SHARDS / SHARDS_PER_PROCESS),
        atMost('no number of a count missing or twice', countdowns.missing + countdowns.twice, 0),
      ],
      notes: [
        `A gap is the longest time in which a shard handled nothing, beyond the 20 ms between two of its messages; there is one for each of the ${SHARDS} shards, so that the p95 is the longest.`,
        `Between clusters the peer waits ${PEER_DELAY_MS / 1_000} s for each shard, a fifth or less of its defaults, since 16 may IDENTIFY at once here.`,
        'The time of double sessions is summed over the shards. The memory is that of the manager and all shard processes: ours run the whole bot, the peer’s only one that notes and counts.',
        `Our counts: the longest time between two numbers was ${countdowns.longestPauseMs} ms.`,
        ...[...outcomes].flatMap(([name, { failure }]) =>
          failure === undefined ? [] : [`${titles[name]} ended with: ${failure}`],
        ),
      ],
    }
  },
}
