import type { Plan } from './plan.ts'

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })
const half = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 })
const money = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 0,
  roundingIncrement: 5,
})

const duration = (seconds: number) =>
  seconds < 120 ? `${count.format(seconds)} s` : `${fine.format(seconds / 60)} min`
const size = (MiB: number) => (MiB < 1_024 ? `${count.format(MiB)} MiB` : `${half.format(MiB / 1_024)} GiB`)
function perDay(GB: number): string {
  if (GB < 0.0001) return `${fine.format(GB * 1e6)} kB`
  return GB < 0.1 ? `${fine.format(GB * 1_000)} MB` : `${fine.format(GB)} GB`
}

const ROWS: [string, (plan: Plan) => string][] = [
  ['servers', plan => count.format(plan.guilds)],
  ['managers', plan => count.format(plan.managers)],
  ['shard processes', plan => `${count.format(plan.processes)} × ${plan.shardsPerProcess} shards`],
  ['memory of a shard process', plan => size(plan.processMiB)],
  [
    'memory of a manager’s pod: request, limit',
    plan => `${size(plan.memory.manager.request)}, ${size(plan.memory.manager.limit)}`,
  ],
  ['CPU of a manager’s pod', plan => fine.format(plan.cores.manager)],
  ['page: replicas, viewers', plan => `${plan.statusReplicas}, ${count.format(plan.viewers)}`],
  ['memory limit of a replica of the page', plan => size(plan.memory.status.limit)],
  ['pushes to the page a second', plan => fine.format(plan.pushesPerSecond)],
  ['memory in Redis', plan => size(plan.redisMiB)],
  [
    'connections to PostgreSQL: idle, at most',
    plan => `${count.format(plan.connectionsIdle)}, ${count.format(plan.connections)}`,
  ],
  ['memory of PostgreSQL', plan => size(plan.databaseGiB * 1_024)],
  ['events appended a second, mean', plan => fine.format(plan.eventsPerSecond)],
  ['a request to Discord for each shard every', plan => `${fine.format(plan.secondsPerRequestOfAShard)} s`],
  ['logins a day that Discord gives', plan => count.format(plan.identifiesPerDay)],
  ['of these, one start without sessions', plan => percent.format(plan.coldStartShare)],
  ['that start takes', plan => `${duration(plan.coldStartSeconds)} (max_concurrency ${plan.maxConcurrency})`],
  ['disk a day: events', plan => perDay(plan.eventsGBPerDay)],
  ['disk a day: Wikipedia’s changes', plan => perDay(plan.changesGBPerDay)],
  ['disk a day: history of the page', plan => perDay(plan.historyGBPerDay)],
  ['disk after a year', plan => `${count.format(plan.diskGB)} GB`],
  ['vCPU and memory in all', plan => `${count.format(plan.totalCores)}, ${count.format(plan.totalGiB)} GiB`],
  ['a month, roughly', plan => money.format(plan.dollars)],
]

/** The table of SIZING.md, in Markdown. */
export function tableOf(plans: Plan[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const names = plans.map(({ shards }) => (shards === 1 ? '1 shard' : `${count.format(shards)} shards`))
  return [
    line(['', ...names]),
    line(['---', ...names.map(() => '---:')]),
    ...ROWS.map(([title, cell]) => line([title, ...plans.map(cell)])),
  ].join('\n')
}
