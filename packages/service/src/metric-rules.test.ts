import { Counter, Gauge, Histogram } from 'prom-client'
import { expect, it } from 'vitest'
import { checkMetrics } from './metric-rules.ts'
import { createMetrics, processMetrics } from './metrics.ts'
import { readMetrics } from './read-metrics.ts'

const gauge = (name: string, help = 'How many', labels = '') =>
  `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}${labels} 1\n`

it('finds nothing wrong with metrics that are named as they should be', async () => {
  const metrics = createMetrics()
  const registers = [metrics]
  new Counter({ name: 'shardlight_commands_total', help: 'Commands', registers })
  new Gauge({ name: 'shardlight_cluster_shards_waiting', help: 'Shards that wait', registers })
  new Gauge({ name: 'shardlight_owner', help: '1 while it owns its shards', registers })
  new Gauge({ name: 'shardlight_memory_bytes', help: 'Memory', labelNames: ['process'], registers })
  new Histogram({ name: 'shardlight_wait_seconds', help: 'Waits', registers })
  expect(checkMetrics(await metrics.metrics())).toEqual([])
})

it.each([
  [gauge('shardlight_shards', ''), 'shardlight_shards has no help text'],
  [gauge('shardlight_wait_ms'), /no base unit/],
  [gauge('shardlight_share_percent'), /no base unit/],
  [gauge('shardlight_shards_total'), /is a gauge and ends in _total/],
  [gauge('shardlight_shards_count'), /belongs to the series of a histogram/],
  [gauge('shardlight_active'), /neither its unit nor what it counts/],
  [gauge('shardlight_commands').replace(' gauge', ' counter'), /does not end in _total/],
  [gauge('shardlight_delay').replace(' gauge', ' histogram'), /neither its unit nor/],
  [gauge('shardlight_shards', 'Shards', '{guild_id="1"}'), /the label guild_id, of which there is no end/],
  [gauge('shardlight_shards', 'Shards', '{shard="1"}'), /the label shard, of which there is no end/],
  [gauge('shards'), 'shards does not begin with shardlight_'],
  [gauge('shardlight_shards') + gauge('shardlight_guilds') + gauge('shardlight_shards'), /there twice/],
])('finds what is wrong with %j', (text, problem) => {
  expect(checkMetrics(text)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)])
})

it('refuses labels with more values than there can be', () => {
  const lines = Array.from({ length: 11 }, (_, n) => `shardlight_shards{state="${n}"} 1`).join('\n')
  const text = `# HELP shardlight_shards Shards\n# TYPE shardlight_shards gauge\n${lines}\n`
  expect(checkMetrics(text, { mostValues: 11 })).toEqual([])
  expect(checkMetrics(text, { mostValues: 10 })).toEqual([
    'shardlight_shards has 11 values of the label state, more than 10',
  ])
})

it('reads labels with quotes, commas and braces in them, and refuses what is no metric', () => {
  const text = gauge('shardlight_shards', 'Shards', String.raw`{a="x\",}\\\n",b=""}`)
  expect(readMetrics(text)[0]?.samples[0]?.labels).toEqual({ a: 'x",}\\\n', b: '' })
  expect(() => readMetrics('<html>')).toThrow('no line of')
  expect(() => readMetrics('shardlight_shards 1')).toThrow('no HELP or TYPE before shardlight_shards')
})

it('tells what belongs to the process apart from what is ours', async () => {
  const metrics = createMetrics()
  new Gauge({ name: 'shardlight_shards', help: 'Shards', registers: [metrics] })
  const names = readMetrics(await processMetrics(metrics)).map(({ name }) => name)
  expect(names).toContain('process_resident_memory_bytes')
  expect(names).toContain('nodejs_eventloop_lag_seconds')
  expect(names).not.toContain('shardlight_shards')
})
