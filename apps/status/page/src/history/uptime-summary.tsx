import type { UptimeAnswer, UptimeTotal } from '@shardlight/status-client'
import { useTongue, useWords } from '../words/use-words.ts'
import { WELL_KNOWN } from './day-text.ts'
import { floored } from './spells.ts'
import { uptimeWords } from './uptime-words.ts'

const DAY_MS = 24 * 3_600_000
const PERIODS = ['last24h', 'last7d', 'last30d'] as const

/** A share is worth as much as the time that it is made of, so it never stands without it. */
function useBasis(): (total: UptimeTotal) => string {
  const words = useWords(uptimeWords)
  const { duration } = useTongue()
  return ({ knownDays, observedShare }) => {
    const isWhole = observedShare >= WELL_KNOWN
    if (knownDays < 2) return (isWhole ? words.overTime : words.timeKnown)(duration(knownDays * DAY_MS))
    return (isWhole ? words.overDays : words.daysKnown)(Math.round(knownDays))
  }
}

/** The percentages: one for all that is known, and those of the last day, week and month. */
export function UptimeSummary({ totals }: { totals: UptimeAnswer['totals'] }) {
  const words = useWords(uptimeWords)
  const { percent } = useTongue()
  const basisOf = useBasis()
  const { last90d } = totals
  const shareOf = ({ upShare }: UptimeTotal) => (upShare === null ? undefined : percent(floored(upShare), 2))
  const whole = shareOf(last90d)
  if (whole === undefined) return <p class="uptime-summary">{words.nothingYet}</p>
  return (
    <>
      <p class="uptime-summary">
        <strong>{whole}</strong> {basisOf(last90d)}
      </p>
      <dl class="figures uptime-figures">
        {PERIODS.map(period => (
          <div key={period} class="figure" title={basisOf(totals[period])}>
            <dt>{words.last[period]}</dt>
            <dd>{shareOf(totals[period]) ?? '–'}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
