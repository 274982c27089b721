import { type Chart, letterOf, percentOf } from './chart.ts'

/** Discord's limit for the description of an attachment. */
const LONGEST = 1_024
/** Half a character, where a cut went through it. */
const HALF = /[\ud800-\udbff]$/

/** The chart in words, for those who do not see it. */
export function describeChart(chart: Chart): string {
  const room = Math.floor((LONGEST - chart.note.length - 40) / (chart.bars.length + 1)) - 30
  const cut = (text: string) => (text.length > room ? `${text.slice(0, room).replace(HALF, '')}…` : text)
  const bars = chart.bars.map(
    ({ label, count, isWinner }, at) =>
      `${letterOf(at)} ${cut(label)}: ${count} (${percentOf(chart, count)}%)${isWinner ? ', won' : ''}`,
  )
  return `Bar chart of “${cut(chart.title)}”. ${bars.join('; ')}. ${chart.note}.`
}
