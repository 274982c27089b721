import { useState } from 'preact/hooks'
import { useWords } from '../words/use-words.ts'
import { incidentWords } from './incident-words.ts'
import type { Incidents } from './incidents.ts'
import { lately, PastIncidents, UnreadIncidents } from './past-incidents.tsx'
import { useIncidents, useLinkedIncident } from './use-incidents.ts'

/** Past incidents while the page is live: those of the last days, and older ones when somebody asks for them. */
export function LivePastIncidents({ incidents, nowMs }: { incidents: Incidents; nowMs: number }) {
  const words = useWords(incidentWords)
  const { open, past, hasOlder, isAway } = useIncidents(incidents)
  const [wantsAll, setWantsAll] = useState(false)
  const linked = useLinkedIncident(open !== undefined)
  const recent = lately(past, nowMs)
  const isOlder = (of: readonly { id: number }[]) => !of.some(({ id }) => `incident-${id}` === linked)
  const isAll = wantsAll || (linked !== undefined && isOlder(recent) && !isOlder(past))
  if (open === undefined) return isAway ? <UnreadIncidents /> : null
  const isMore = isAll ? hasOlder : past.length > recent.length || hasOlder
  return (
    <PastIncidents shown={isAll ? past : recent} nowMs={nowMs}>
      {isAway && <p class="past-away">{words.away}</p>}
      {isMore && (
        <button
          type="button"
          class="past-older"
          onClick={() => {
            if (isAll || past.length === recent.length) void incidents.readOlder()
            setWantsAll(true)
          }}
        >
          {words.older}
        </button>
      )}
    </PastIncidents>
  )
}
