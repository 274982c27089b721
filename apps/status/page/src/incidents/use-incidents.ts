import { useEffect, useReducer, useState } from 'preact/hooks'
import type { Incidents, IncidentsSeen } from './incidents.ts'

/** Renders again when there is something new to read. */
export function useIncidents(incidents: Incidents): IncidentsSeen {
  const [, render] = useReducer((renders: number) => renders + 1, 0)
  useEffect(() => incidents.subscribe(() => render(undefined)), [incidents])
  return incidents.seen()
}

/** Brings the incident of the address into view once it is there: a feed or a webhook led here. */
export function useLinkedIncident(isRead: boolean): string | undefined {
  const [linked] = useState(() => /^#(incident-\d{1,15})$/.exec(location.hash)?.[1])
  useEffect(() => {
    if (isRead && linked !== undefined) document.getElementById(linked)?.scrollIntoView({ block: 'center' })
  }, [isRead, linked])
  return linked
}
