import type { Metrics } from '@shardlight/service'
import { Counter, Histogram } from 'prom-client'

export type FollowMetrics = ReturnType<typeof createFollowMetrics>

export function createFollowMetrics(metrics: Metrics) {
  const registers = [metrics]
  const posts = new Counter({
    name: 'shardlight_wikipedia_follow_posts_total',
    help: 'Messages about followed changes, by what came of them: posted, found (it was there already), failed or off (its channel is gone)',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['posted', 'found', 'failed', 'off']) posts.inc({ outcome }, 0)
  return {
    gathered: new Counter({
      name: 'shardlight_wikipedia_follow_changes_total',
      help: 'Changes that this process found to be followed, once for each channel',
      registers,
    }),
    posts,
    delay: new Histogram({
      name: 'shardlight_wikipedia_follow_delay_seconds',
      help: 'From a followed change, of those told the newest, until Discord had it, in seconds',
      buckets: [1, 2, 5, 10, 15, 20, 30, 60, 300, 3_600],
      registers,
    }),
  }
}
