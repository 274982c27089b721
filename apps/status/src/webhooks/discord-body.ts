import type { IncidentStatus, WebhookBody, WebhookIncident } from '@shardlight/status-client'
import { sayShards } from '../incidents/shard-ranges.ts'
import { cutTo, escapeForDiscord } from './discord-text.ts'

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const MOST_EMBEDS = 10
const MOST_TITLE = 256
const MOST_DESCRIPTION = 4096
const MOST_FIELD = 1024
const MOST_TOGETHER = 6000

const RED = 0xd5_36_2b
const AMBER = 0xd9_8a_00
const BLUE = 0x3b_6f_d4
const GREEN = 0x1f_8a_4c

type Field = { name: string; value: string; inline: true }
type Embed = {
  title: string
  url?: string
  description: string
  color: number
  timestamp: string
  fields: Field[]
}

const words: Record<IncidentStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
  scheduled: 'Scheduled',
  in_progress: 'In progress',
  completed: 'Completed',
  cancelled: 'Cancelled',
}

function colorOf({ kind, impact, resolvedAtMs }: WebhookIncident): number {
  if (resolvedAtMs !== null) return GREEN
  if (kind === 'maintenance') return BLUE
  return impact === 'major' || impact === 'critical' ? RED : AMBER
}

/** Discord shows it in the time of whoever reads. */
const moment = (ms: number) => `<t:${Math.floor(ms / 1000)}:f>`

function fieldsOf(incident: WebhookIncident): Field[] {
  const { cluster, kind, shards, remaining, startedAtMs, resolvedAtMs, startsAtMs, endsAtMs } = incident
  const affected = remaining.length > 0 ? remaining : shards
  const fields: [string, string][] = [['Cluster', escapeForDiscord(cluster)]]
  if (affected.length > 0) fields.push(['Shards', sayShards(affected).replace(/^shards? /, '')])
  if (kind === 'maintenance') {
    if (startsAtMs !== null) fields.push(['Begins', moment(startsAtMs)])
    if (endsAtMs !== null) fields.push(['Ends', moment(endsAtMs)])
  } else {
    fields.push(['Since', moment(startedAtMs)])
    if (resolvedAtMs !== null) fields.push(['Until', moment(resolvedAtMs)])
  }
  return fields.map(([name, value]) => ({ name, value: cutTo(value, MOST_FIELD), inline: true }))
}

function embedOf(incident: WebhookIncident, most: number): Embed {
  const title = cutTo(escapeForDiscord(incident.title), MOST_TITLE)
  const fields = fieldsOf(incident)
  const taken = fields.reduce((sum, { name, value }) => sum + name.length + value.length, title.length)
  const said = incident.updates.map(({ status, text }) => `**${words[status]}** ${escapeForDiscord(text)}`)
  return {
    title,
    ...(incident.url && { url: incident.url }),
    description: cutTo(said.join('\n\n'), Math.min(MOST_DESCRIPTION, most - taken)),
    color: colorOf(incident),
    timestamp: new Date(incident.updates.at(-1)?.atMs ?? incident.startedAtMs).toISOString(),
    fields,
  }
}

/** Those that do not fit are counted; the gravest are told. */
function gravestFirst(incidents: readonly WebhookIncident[]): WebhookIncident[] {
  const order = ['critical', 'major', 'minor', 'none']
  return incidents.toSorted((one, other) => order.indexOf(one.impact) - order.indexOf(other.impact))
}

/**
 * One message of up to ten embeds, an incident each, that mentions nobody
 * (https://discord.com/developers/docs/resources/webhook#execute-webhook).
 */
export function discordBody({ data: { incidents }, timestamp }: WebhookBody) {
  const isTooMany = incidents.length > MOST_EMBEDS
  const told = isTooMany ? gravestFirst(incidents).slice(0, MOST_EMBEDS - 1) : incidents
  const most = Math.floor(MOST_TOGETHER / MOST_EMBEDS)
  const embeds = told.map(incident =>
    embedOf(incident, isTooMany ? most : Math.floor(MOST_TOGETHER / told.length)),
  )
  const more: Embed = {
    title: `… and ${incidents.length - told.length} more incidents`,
    description: 'The status page has them all.',
    color: AMBER,
    timestamp,
    fields: [],
  }
  return { embeds: isTooMany ? [...embeds, more] : embeds, allowed_mentions: { parse: [] } }
}
