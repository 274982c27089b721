import type { Incident } from '@shardlight/status-client'
import { useWords } from '../words/use-words.ts'
import { IncidentItem } from './incident-item.tsx'
import { incidentWords } from './incident-words.ts'

const MOST_SHOWN = 12

/** What happens comes before what is planned, and of that the next first. */
function inOrder(one: Incident, other: Incident): number {
  const isPlanned = ({ kind, status }: Incident) =>
    Number(kind === 'maintenance') + Number(status === 'scheduled')
  return (
    isPlanned(one) - isPlanned(other) || (one.startsAtMs ?? 0) - (other.startsAtMs ?? 0) || other.id - one.id
  )
}

/** What is open now, and what is planned. */
export function CurrentIncidents({ open, nowMs }: { open: readonly Incident[]; nowMs: number }) {
  const words = useWords(incidentWords)
  return (
    // There from the beginning: what comes together with its live region is not read out.
    <section class="incidents" aria-label={words.current} aria-live="polite">
      {open
        .toSorted(inOrder)
        .slice(0, MOST_SHOWN)
        .map(incident => (
          <IncidentItem key={incident.id} incident={incident} nowMs={nowMs} />
        ))}
    </section>
  )
}
