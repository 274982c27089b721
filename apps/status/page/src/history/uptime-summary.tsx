import type { UptimeAnswer, UptimeTotal } from '@shardlight/status-client'
import { useTongue, useWords } from '../words/use-words.ts'
import { WELL_KNOWN } from './bar-look.ts'
import type { DaysShown } from './days-shown.ts'
import { floored } from './spells.ts'
import { uptimeWords } from './uptime-words.ts'

const DAY_MS = 24 * 3_600_000
/** A percentage of a month says nothing while only a week of it is known. */
const KNOWN_ENOUGH = 0.5
const SHORTER = { 30: ['last24h', 'last7d'], 90: ['last24h', 'last7d', 'last30d'] } as const
const WHOLE = { 30: 'last30d', 90: 'last90d' } as const

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

function Share({ total }: { total: UptimeTotal }) {
  const words = useWords(uptimeWords)
  const { percent } = useTongue()
  const basisOf = useBasis()
  if (total.upShare === null || total.observedShare < KNOWN_ENOUGH)
    return (
      <dd>
        <span aria-hidden="true">–</span>
        <span class="unseen">{words.tooLittle}</span>
      </dd>
    )
  return (
    <>
      <dd>{percent(floored(total.upShare), 2)}</dd>
      {total.observedShare < WELL_KNOWN && <dd class="figure-basis">{basisOf(total)}</dd>}
    </>
  )
}

/** The percentages: one for the days that are shown, and those of the shorter periods. */
export function UptimeSummary({ totals, days }: { totals: UptimeAnswer['totals']; days: DaysShown }) {
  const words = useWords(uptimeWords)
  const { percent } = useTongue()
  const basisOf = useBasis()
  const whole = totals[WHOLE[days]]
  if (totals.last90d.upShare === null) return <p class="uptime-summary">{words.nothingYet}</p>
  return (
    <>
      <p class="uptime-summary">
        {whole.upShare === null ? (
          words.noData
        ) : (
          <>
            <strong>{percent(floored(whole.upShare), 2)}</strong> {basisOf(whole)}
          </>
        )}
      </p>
      <dl class="figures uptime-figures">
        {SHORTER[days].map(period => (
          <div key={period} class="figure">
            <dt>{words.last[period]}</dt>
            <Share total={totals[period]} />
          </div>
        ))}
      </dl>
    </>
  )
}
