import { createHash } from 'node:crypto'
import type { Incident, IncidentStatus, IncidentUpdate } from '@shardlight/status-client'
import { fragment } from 'xmlbuilder2'

export type Entry = {
  /** The same for ever, at whatever address it is read. */
  id: string
  title: string
  link: string
  cluster: string
  publishedAtMs: number
  updatedAtMs: number
  html: string
}

/** Of a feed, all that is not its entries. */
export type Channel = { id: string; title: string; description: string; link: string; self: string }

const WORDS: Record<IncidentStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
  scheduled: 'Scheduled',
  in_progress: 'In progress',
  completed: 'Completed',
  cancelled: 'Cancelled',
}

/** A UUID made from what names the thing (version 8 of RFC 9562). */
export function uuidOf(...names: (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(names)).digest('hex')
  const variant = (8 + (Number.parseInt(hex.slice(16, 17), 16) % 4)).toString(16)
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const utc = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

function paragraphs({ atMs, status, text }: IncidentUpdate): string {
  const paragraph = fragment().ele('p')
  paragraph.ele('small').txt(utc(atMs)).up().ele('br').up().ele('strong').txt(WORDS[status])
  paragraph.txt(': ')
  for (const [at, line] of text.split('\n').entries()) {
    if (at > 0) paragraph.ele('br')
    paragraph.txt(line)
  }
  return paragraph.up().toString()
}

function planned({ startsAtMs, endsAtMs }: Incident): string {
  if (startsAtMs === null || endsAtMs === null) return ''
  return fragment()
    .ele('p')
    .txt(`Planned from ${utc(startsAtMs)} to ${utc(endsAtMs)}`)
    .up()
    .toString()
}

/** The newest update first, as readers of feeds show the beginning. */
export function entryOf(incident: Incident, address: string): Entry {
  const { id, cluster, title, startedAtMs, updates } = incident
  return {
    id: uuidOf('incident', cluster, id, updates[0]?.atMs ?? startedAtMs),
    title: `${title} (${WORDS[incident.status].toLowerCase()})`,
    link: `${address}/#incident-${id}`,
    cluster,
    publishedAtMs: updates[0]?.atMs ?? startedAtMs,
    updatedAtMs: updates.at(-1)?.atMs ?? startedAtMs,
    html: planned(incident) + updates.toReversed().map(paragraphs).join(''),
  }
}
