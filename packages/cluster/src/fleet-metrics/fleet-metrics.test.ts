import { createMetrics, readMetrics } from '@shardlight/service'
import { Counter, Gauge, Histogram, Summary } from 'prom-client'
import { expect, it } from 'vitest'
import { createFleetMetrics } from './fleet-metrics.ts'
import { type FleetNews, fleetNews } from './fleet-report.ts'
import { createFleetReporter } from './fleet-reporter.ts'

/** A process with one metric of each kind; `tell` is what crosses to the manager. */
function oneProcess() {
  const metrics = createMetrics()
  const registers = [metrics]
  const commands = new Counter({
    name: 'shardlight_commands_total',
    help: 'Commands',
    labelNames: ['how'],
    registers,
  })
  const seconds = new Histogram({
    name: 'shardlight_answer_seconds',
    help: 'Answers',
    buckets: [1, 5],
    registers,
  })
  const running = new Gauge({ name: 'shardlight_runs', help: 'What runs', registers })
  const oldest = new Gauge({
    name: 'shardlight_oldest_seconds',
    help: 'Age of the oldest',
    aggregator: 'max',
    registers,
  })
  const report = createFleetReporter(metrics)
  const tell = async (since = 0): Promise<FleetNews> =>
    fleetNews.parse(JSON.parse(JSON.stringify(await report(since))))
  return { commands, seconds, running, oldest, tell }
}

/** The value of a series such as `name{how="text"}`. */
async function readValue(fleet: ReturnType<typeof createFleetMetrics>, series: string) {
  const all = readMetrics(await fleet.text()).flatMap(({ samples }) => samples)
  return all.find(one => one.series === series)?.value
}

it('adds up what the living count, label by label', async () => {
  const fleet = createFleetMetrics()
  for (const [how, times] of [
    ['text', 2],
    ['slash', 3],
    ['text', 5],
  ] as const) {
    const one = oneProcess()
    one.commands.inc({ how }, times)
    one.seconds.observe(times)
    fleet.join().take(await one.tell())
  }
  expect(await readValue(fleet, 'shardlight_commands_total{how="text"}')).toBe(7)
  expect(await readValue(fleet, 'shardlight_commands_total{how="slash"}')).toBe(3)
  expect(await readValue(fleet, 'shardlight_answer_seconds_bucket{le="1"}')).toBe(0)
  expect(await readValue(fleet, 'shardlight_answer_seconds_bucket{le="5"}')).toBe(3)
  expect(await readValue(fleet, 'shardlight_answer_seconds_bucket{le="+Inf"}')).toBe(3)
  expect(await readValue(fleet, 'shardlight_answer_seconds_sum')).toBe(10)
})

it('never falls when processes die and begin at 0 again, and rises on', async () => {
  const fleet = createFleetMetrics()
  const seen: (number | undefined)[] = []
  for (let life = 0; life < 3; life += 1) {
    const member = fleet.join()
    const one = oneProcess()
    for (let told = 0; told < 3; told += 1) {
      one.commands.inc({ how: 'text' })
      one.seconds.observe(1)
      member.take(await one.tell(member.seq()))
      seen.push(await readValue(fleet, 'shardlight_commands_total{how="text"}'))
    }
    member.end()
    seen.push(await readValue(fleet, 'shardlight_commands_total{how="text"}'))
    member.end()
    member.take(await one.tell())
  }
  expect(seen).toEqual([1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9])
  expect(await readValue(fleet, 'shardlight_answer_seconds_count')).toBe(9)
})

it('takes gauges from the living alone, summed or as they declare', async () => {
  const fleet = createFleetMetrics()
  const members = [4, 7].map(value => {
    const one = oneProcess()
    one.running.set(value)
    one.oldest.set(value)
    return { member: fleet.join(), one }
  })
  for (const { member, one } of members) member.take(await one.tell())
  expect(await readValue(fleet, 'shardlight_runs')).toBe(11)
  expect(await readValue(fleet, 'shardlight_oldest_seconds')).toBe(7)
  members[1]?.member.end()
  expect(await readValue(fleet, 'shardlight_runs')).toBe(4)
  expect(await readValue(fleet, 'shardlight_oldest_seconds')).toBe(4)
})

it('leaves out what belongs to each process alone, and what is no number', async () => {
  const one = oneProcess()
  one.running.set(Number.NaN)
  one.commands.inc({ how: 'text' })
  const names = (await one.tell()).metrics.map(({ name }) => name)
  expect(names.toSorted()).toEqual([
    'shardlight_answer_seconds',
    'shardlight_commands_total',
    'shardlight_memory_limit_bytes',
    'shardlight_oldest_seconds',
    'shardlight_runs',
  ])
  const fleet = createFleetMetrics()
  fleet.join().take(await one.tell())
  expect(await readValue(fleet, 'shardlight_runs')).toBeUndefined()
  expect(await readValue(fleet, 'shardlight_memory_limit_bytes')).toBeUndefined()
  expect(await readValue(fleet, 'shardlight_commands_total{how="text"}')).toBe(1)
})

it('leaves out a metric that cannot be added up, and says so once', async () => {
  const metrics = createMetrics()
  new Summary({ name: 'shardlight_waits', help: 'Waits', registers: [metrics] }).observe(1)
  new Counter({ name: 'shardlight_commands_total', help: 'Commands', registers: [metrics] }).inc()
  const unfit: string[] = []
  const report = createFleetReporter(metrics, name => unfit.push(name))
  const fleet = createFleetMetrics()
  const member = fleet.join()
  for (let told = 0; told < 2; told += 1) member.take(fleetNews.parse(await report(member.seq())))
  expect(unfit).toEqual(['shardlight_waits'])
  expect(await readValue(fleet, 'shardlight_commands_total')).toBe(1)
})

it('is told only what has changed, and everything again where news were lost', async () => {
  const fleet = createFleetMetrics()
  const member = fleet.join()
  const one = oneProcess()
  const seriesIn = ({ metrics }: FleetNews) =>
    metrics.flatMap(({ type, values }) => (type === 'gauge' ? [] : values))
  one.commands.inc({ how: 'slash' })
  one.seconds.observe(3)
  const first = await one.tell(member.seq())
  expect(seriesIn(first)).toHaveLength(6)
  member.take(first)

  one.commands.inc({ how: 'slash' })
  const second = await one.tell(member.seq())
  expect(seriesIn(second)).toEqual([{ labels: { how: 'slash' }, value: 2 }])
  // It never arrives; what follows it says nothing without it.
  one.seconds.observe(3)
  const third = await one.tell(second.seq)
  member.take(third)
  expect(await readValue(fleet, 'shardlight_answer_seconds_count')).toBe(1)

  const fourth = await one.tell(member.seq())
  expect(seriesIn(fourth)).toHaveLength(6)
  member.take(fourth)
  expect(await readValue(fleet, 'shardlight_commands_total{how="slash"}')).toBe(2)
  expect(await readValue(fleet, 'shardlight_answer_seconds_count')).toBe(2)
})
