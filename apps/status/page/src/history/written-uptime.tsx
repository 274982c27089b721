import type { UptimeAnswer } from '@shardlight/status-client'
import { useWords } from '../words/use-words.ts'
import type { DaysShown } from './days-shown.ts'
import { UptimeSummary } from './uptime-summary.tsx'
import { UptimeRows } from './uptime-table.tsx'
import { uptimeWords } from './uptime-words.ts'
import { WrittenBars } from './written-bars.tsx'

/** Nothing tells how wide the window is, so both are written and CSS shows one. */
const PERIODS: readonly DaysShown[] = [90, 30]

/** A cluster's last days as the server writes them: in the room that the live ones take, and readable without them. */
export function WrittenUptime({ cluster, uptime }: { cluster: string; uptime: UptimeAnswer }) {
  const words = useWords(uptimeWords)
  const { days, totals } = uptime
  return (
    <section class="uptime" aria-label={`${words.title}: ${cluster}`}>
      {PERIODS.map(shown => (
        <div key={shown} class="uptime-head" data-days={shown}>
          <h3>{words.title}</h3>
          <UptimeSummary totals={totals} days={shown} />
        </div>
      ))}
      <WrittenBars days={days} />
      {PERIODS.map(shown => (
        <p key={shown} class="history-axis" data-days={shown} aria-hidden="true">
          <span>{words.daysAgo(shown - 1)}</span>
          <span>{words.today}</span>
        </p>
      ))}
      <details class="uptime-table">
        <summary>{words.table}</summary>
        <UptimeRows days={days} />
      </details>
    </section>
  )
}
