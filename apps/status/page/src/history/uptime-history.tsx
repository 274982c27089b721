import type { UptimeAnswer } from '@shardlight/status-client'
import { useWords } from '../words/use-words.ts'
import { useDaysShown } from './days-shown.ts'
import { UptimeBars } from './uptime-bars.tsx'
import { UptimeSummary } from './uptime-summary.tsx'
import { UptimeTable } from './uptime-table.tsx'
import { uptimeWords } from './uptime-words.ts'
import { useHistory } from './use-history.ts'

const REFRESH_MS = 60_000

/** A cluster's last days. Shows nothing where no history is kept. */
export function UptimeHistory({ cluster }: { cluster: string }) {
  const words = useWords(uptimeWords)
  const shown = useDaysShown()
  const { answer, isAway, isNone } = useHistory<UptimeAnswer>(
    `/api/v2/clusters/${encodeURIComponent(cluster)}/uptime`,
    REFRESH_MS,
  )
  if (isNone) return null
  const days = answer?.days.slice(-shown)
  const isUnread = isAway && !days
  return (
    <section class={isUnread ? 'uptime uptime-unread' : 'uptime'} aria-label={`${words.title}: ${cluster}`}>
      <div class="uptime-head">
        <h3>{words.title}</h3>
        {answer && <UptimeSummary totals={answer.totals} days={shown} />}
        {isAway && <p class="uptime-away">{words.away}</p>}
      </div>
      {!isUnread && (
        <>
          {days ? <UptimeBars days={days} /> : <div class="bars" />}
          <p class="history-axis" aria-hidden="true">
            <span>{words.daysAgo(shown - 1)}</span>
            <span>{words.today}</span>
          </p>
        </>
      )}
      {days && <UptimeTable days={days} />}
    </section>
  )
}
