import type { Metrics } from '@shardlight/service'
import { Counter, Histogram } from 'prom-client'

export type VoteMetrics = ReturnType<typeof createVoteMetrics>

export const createVoteMetrics = (metrics: Metrics) => ({
  opened: new Counter({
    name: 'shardlight_votes_opened_total',
    help: 'Votes that were opened, by kind',
    labelNames: ['kind'],
    registers: [metrics],
  }),
  closed: new Counter({
    name: 'shardlight_votes_closed_total',
    help: 'Votes that this process closed, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers: [metrics],
  }),
  ballots: new Counter({
    name: 'shardlight_vote_ballots_total',
    help: 'Ballots that were stored or changed',
    registers: [metrics],
  }),
  lateness: new Histogram({
    name: 'shardlight_vote_close_lateness_seconds',
    help: 'How long after its time a vote was closed',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [metrics],
  }),
})
