import { createHash } from 'node:crypto'
import type { Incident, IncidentStatus, IncidentUpdate } from '@shardlight/status-client'
import { writeXml, type XmlNode } from '../../xml/write-xml.ts'

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

const paragraph = (...children: XmlNode[]) => writeXml({ name: 'p', children })

const BREAK: XmlNode = { name: 'br' }

const told = ({ atMs, status, text }: IncidentUpdate): string =>
  paragraph(
    { name: 'small', children: [utc(atMs)] },
    BREAK,
    { name: 'strong', children: [WORDS[status]] },
    ': ',
    ...text.split('\n').flatMap((line, at) => (at > 0 ? [BREAK, line] : [line])),
  )

const planned = ({ startsAtMs, endsAtMs }: Incident): string =>
  startsAtMs === null || endsAtMs === null
    ? ''
    : paragraph(`Planned from ${utc(startsAtMs)} to ${utc(endsAtMs)}`)

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
    html: planned(incident) + updates.toReversed().map(told).join(''),
  }
}
