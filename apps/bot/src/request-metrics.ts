import type { RequestBudget } from '@shardlight/cluster/requests'
import { type Metrics, monotonicClock } from '@shardlight/service'
import { Counter, Histogram } from 'prom-client'

/** Counts what a budget grants, how long that took, and what came of the requests. */
export function createRequestMetrics(metrics: Metrics): (budget: RequestBudget) => RequestBudget {
  const registers = [metrics]
  const granted = new Counter({
    name: 'shardlight_requests_granted_total',
    help: 'REST requests that the budget of the bot let go, by importance (answers to interactions need no grant)',
    labelNames: ['importance'],
    registers,
  })
  const refused = new Counter({
    name: 'shardlight_requests_refused_total',
    help: 'REST requests that were not let go: given up by who asked, no room to wait, or held back for good',
    labelNames: ['importance'],
    registers,
  })
  const waited = new Histogram({
    name: 'shardlight_requests_wait_seconds',
    help: 'From asking the budget for a REST request until it was granted, by importance',
    labelNames: ['importance'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const outcomes = new Counter({
    name: 'shardlight_requests_outcomes_total',
    help: 'What came of REST requests that were let go: the class of the status, or none where no answer came',
    labelNames: ['status'],
    registers,
  })
  const limited = new Counter({
    name: 'shardlight_requests_rate_limited_total',
    help: 'Answers 429 to REST requests that were let go, by scope',
    labelNames: ['scope'],
    registers,
  })
  for (const importance of ['answer', 'background']) {
    granted.inc({ importance }, 0)
    refused.inc({ importance }, 0)
    waited.zero({ importance })
  }
  for (const status of ['2xx', '3xx', '4xx', '5xx', 'none']) outcomes.inc({ status }, 0)
  for (const scope of ['global', 'user', 'shared']) limited.inc({ scope }, 0)

  return budget => ({
    ...budget,
    async take(wish, signal) {
      const { importance } = wish
      const sinceMs = monotonicClock.nowMs()
      try {
        await budget.take(wish, signal)
      } catch (error) {
        refused.inc({ importance })
        throw error
      }
      granted.inc({ importance })
      waited.observe({ importance }, (monotonicClock.nowMs() - sinceMs) / 1_000)
    },
    report(outcome) {
      const { status, scope = 'user' } = outcome
      outcomes.inc({ status: status === null ? 'none' : `${Math.floor(status / 100)}xx` })
      if (status === 429) limited.inc({ scope })
      budget.report(outcome)
    },
  })
}
