import { isOurMetric } from './metrics.ts'
import { type ReadMetric, readMetrics } from './read-metrics.ts'

/** Base units, as Prometheus names them (docs, "Metric and label naming"). */
const UNITS = ['seconds', 'bytes', 'ratio', 'info']
const OTHER_UNITS = /_(ms|millis|milliseconds|us|micros|ns|minutes|hours|days|kb|mb|kib|mib|percent|pct)(_|$)/
/** What prom-client appends to a histogram, or to nothing. */
const RESERVED = /_(count|sum|bucket)$/
/** Of these there are more with every guild, person and login. */
const UNBOUNDED =
  /^(guild|user|member|channel|message|shard|session|chat|vote|task|event|request|trace|span)(_?id)?$|^(pid|port|host|ip|address|url|route|path|reason|error)$|_id$/i
const MOST_VALUES = 100

/** By kind: `..._total` counts; any other has a base unit, or says in the plural what there are so many of. */
function unitProblem({ name, type, help }: ReadMetric): string | undefined {
  const words = name.split('_').slice(1)
  if (OTHER_UNITS.test(name)) return 'has a unit that is no base unit: use seconds, bytes or a ratio'
  if (RESERVED.test(name)) return 'ends in a word that belongs to the series of a histogram'
  if (type === 'counter')
    return words.at(-1) === 'total' ? undefined : 'is a counter and does not end in _total'
  if (words.at(-1) === 'total') return `is a ${type} and ends in _total`
  const isYesOrNo = type === 'gauge' && /^1 (while|where|when) /.test(help)
  const hasUnit = UNITS.includes(words.at(-1) ?? '')
  const hasNoun = words.some(word => /[^s]s$/.test(word) && word !== 'status')
  return hasUnit || hasNoun || isYesOrNo ? undefined : 'says neither its unit nor what it counts'
}

function labelProblems({ samples }: ReadMetric, mostValues: number): string[] {
  const values = new Map<string, Set<string>>()
  for (const { labels } of samples)
    for (const [label, value] of Object.entries(labels))
      values.set(label, (values.get(label) ?? new Set()).add(value))
  return [...values].flatMap(([label, { size }]) => {
    if (UNBOUNDED.test(label)) return [`has the label ${label}, of which there is no end`]
    return size > mostValues ? [`has ${size} values of the label ${label}, more than ${mostValues}`] : []
  })
}

/**
 * What is wrong with our metrics, a sentence each; none where all is well. Those of Node are prom-client's own affair.
 * @param text as `/metrics` answers it
 */
export function checkMetrics(text: string, { mostValues = MOST_VALUES } = {}): string[] {
  const all = readMetrics(text)
  const twice = all.filter(({ name }, at) => all.findIndex(one => one.name === name) !== at)
  const ours = all.filter(({ name }) => isOurMetric(name))
  return [
    ...all
      .filter(({ name }) => !/^(shardlight|process|nodejs)_/.test(name))
      .map(({ name }) => `${name} does not begin with shardlight_`),
    ...twice.map(({ name }) => `${name} is there twice`),
    ...ours.flatMap(metric =>
      [
        metric.help.trim() === '' ? 'has no help text' : undefined,
        metric.type === 'untyped' ? 'has no type' : undefined,
        unitProblem(metric),
        ...labelProblems(metric, mostValues),
      ]
        .filter(problem => problem !== undefined)
        .map(problem => `${metric.name} ${problem}`),
    ),
  ]
}
