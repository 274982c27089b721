import type { Metrics } from '@shardlight/service'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { Kind, Outcome } from './rules.ts'

const KINDS: Kind[] = ['ask', 'challenge', 'restore']
const OUTCOMES: Outcome[] = ['passed', 'failed', 'tie', 'no-quorum', 'retracted', 'vetoed']

export type VoteMetrics = ReturnType<typeof createVoteMetrics>

export function createVoteMetrics(metrics: Metrics) {
  const registers = [metrics]
  // What a process tells is that of the whole bot, so the processes' numbers must not be added up.
  const aggregator = 'max' as const
  const opened = new Counter({
    name: 'shardlight_votes_opened_total',
    help: 'Votes that were opened, by kind',
    labelNames: ['kind'],
    registers,
  })
  const closed = new Counter({
    name: 'shardlight_votes_closed_total',
    help: 'Votes that ended, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const open = new Gauge({
    name: 'shardlight_votes_open',
    help: 'Votes of the whole bot that are open, by kind',
    labelNames: ['kind'],
    registers,
    aggregator,
  })
  for (const kind of KINDS) {
    opened.inc({ kind }, 0)
    open.set({ kind }, 0)
    for (const outcome of OUTCOMES) closed.inc({ kind, outcome }, 0)
  }
  const restraints = new Gauge({
    name: 'shardlight_vote_restraints_in_force',
    help: 'How often in the whole bot somebody may use no feature in a server, because its members voted so',
    registers,
    aggregator,
  })
  return {
    opened,
    closed,
    ballots: new Counter({
      name: 'shardlight_vote_ballots_total',
      help: 'Ballots that were stored or changed',
      registers,
    }),
    lateness: new Histogram({
      name: 'shardlight_vote_close_lateness_seconds',
      help: 'How long after its time a vote was closed, in seconds',
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    open(openByKind: Partial<Record<Kind, number>>): void {
      for (const kind of KINDS) open.set({ kind }, openByKind[kind] ?? 0)
    },
    restraints,
  }
}
