import type { Incident } from '@shardlight/status-client'
import type { ComponentChildren } from 'preact'
import { useTongue, useWords } from '../words/use-words.ts'
import { IncidentItem } from './incident-item.tsx'
import { incidentWords } from './incident-words.ts'

export const DAYS_SHOWN = 14
const DAY_MS = 24 * 3_600_000

/** Those of the last days, unless all are asked for. */
export const lately = (past: readonly Incident[], nowMs: number): Incident[] =>
  past.filter(({ resolvedAtMs }) => resolvedAtMs !== null && resolvedAtMs > nowMs - DAYS_SHOWN * DAY_MS)

function byDay(incidents: readonly Incident[], dayOf: (atMs: number) => string): [string, Incident[]][] {
  const days = new Map<string, Incident[]>()
  for (const incident of incidents.toSorted((one, other) => other.startedAtMs - one.startedAtMs)) {
    const day = dayOf(incident.startedAtMs)
    days.set(day, [...(days.get(day) ?? []), incident])
  }
  return [...days]
}

/** Where past incidents would be, while they cannot be read. */
export function UnreadIncidents() {
  const words = useWords(incidentWords)
  return (
    <section class="past" aria-labelledby="past">
      <h2 id="past">{words.past}</h2>
      <p class="past-away">{words.away}</p>
    </section>
  )
}

/** What is over, by the day on which it began. */
export function PastIncidents({
  shown,
  nowMs,
  children,
}: {
  shown: readonly Incident[]
  nowMs: number
  /** Instead of the words that there was nothing, and below the list: what to do about more. */
  children?: ComponentChildren
}) {
  const words = useWords(incidentWords)
  const { date } = useTongue()
  return (
    <section class="past" aria-labelledby="past">
      <h2 id="past">{words.past}</h2>
      {shown.length === 0 && <p class="past-none">{words.none(DAYS_SHOWN)}</p>}
      {byDay(shown, date).map(([day, incidents]) => (
        <section key={day} class="past-day" aria-label={day}>
          <h3>{day}</h3>
          {incidents.map(incident => (
            <IncidentItem key={incident.id} incident={incident} nowMs={nowMs} isPast />
          ))}
        </section>
      ))}
      {children}
      <p class="past-follow">
        {words.follow} <a href="/feed.atom">Atom</a> <a href="/feed.rss">RSS</a> <a href="/feed.json">JSON</a>
      </p>
    </section>
  )
}
