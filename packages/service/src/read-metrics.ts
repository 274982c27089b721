export type MetricSample = {
  /** As it is written: name and labels. */
  series: string
  name: string
  labels: Record<string, string>
  value: number
}

export type ReadMetric = { name: string; help: string; type: string; samples: MetricSample[] }

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const NUMBERS: Record<string, number> = { '+Inf': Number.POSITIVE_INFINITY, '-Inf': Number.NEGATIVE_INFINITY }

const withoutEscapes = (text: string): string =>
  text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))

function readSample(line: string): MetricSample {
  const [, name, labels = '', value = ''] = LINE.exec(line) ?? []
  if (name === undefined) throw new Error(`no line of Prometheus' text format: ${line}`)
  const pairs = Array.from(labels.matchAll(LABEL), ([, label = '', text = '']) => [
    label,
    withoutEscapes(text),
  ])
  return {
    series: line.slice(0, line.lastIndexOf(' ')),
    name,
    labels: Object.fromEntries(pairs),
    value: NUMBERS[value] ?? Number(value),
  }
}

/**
 * Prometheus' text format, as `/metrics` answers it; the series of a histogram belong to the histogram.
 * @throws where a line is none of it
 */
export function readMetrics(text: string): ReadMetric[] {
  const metrics: ReadMetric[] = []
  let current: ReadMetric | undefined
  for (const line of text.split('\n')) {
    const [, what, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? []
    if (what !== undefined) {
      if (current?.name !== name) {
        current = { name, help: '', type: 'untyped', samples: [] }
        metrics.push(current)
      }
      if (what === 'HELP') current.help = withoutEscapes(rest)
      else current.type = rest
    } else if (line.trim() !== '' && !line.startsWith('#')) {
      const sample = readSample(line)
      if (!current || !sample.name.startsWith(current.name))
        throw new Error(`there is no HELP or TYPE before ${sample.series}`)
      current.samples.push(sample)
    }
  }
  return metrics
}
