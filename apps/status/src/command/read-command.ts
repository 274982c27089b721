import { parseArgs } from 'node:util'
import { clusterNameSchema } from '@shardlight/shard-registry'
import { incidentImpactSchema } from '@shardlight/status-client'
import { EVERY_CLUSTER } from '../doors/read-tokens.ts'

export const USAGE = `usage: npm run status -- COMMAND

  incidents                                  what is open, and what was last
  incident open TITLE TEXT                   opens an incident  [--impact minor] [--shards 0-3,7]
  incident update ID TEXT                    tells how it goes  [--status identified] (or investigating, monitoring)
  incident resolve ID [TEXT]                 ends it
  maintenance plan TITLE TEXT --for 30m      plans maintenance  [--from 2026-12-01T06:00Z, or --from 2h; now]
  maintenance begin ID [TEXT]                begins it sooner than planned
  maintenance complete ID [TEXT]             ends it sooner than planned
  maintenance cancel ID [TEXT]               calls it off
  token CLUSTER                              makes a token; '*' is for operators of all clusters

  for one cluster: [--cluster main], CLUSTER_NAME if left out`

/** What is sent, below `/api/v2/clusters/:cluster/`. */
export type Command =
  | { kind: 'list'; cluster: string | undefined }
  | { kind: 'token'; cluster: string }
  | { kind: 'write'; cluster: string | undefined; path: string; body: Record<string, unknown> }

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** It is no command: whoever typed it wants to see the usage. */
export class UsageError extends Error {}

const complain = (what: string): never => {
  throw new UsageError(what)
}

/** `30m`, `1h30m`, `2d`. */
export function readDuration(text: string): number | undefined {
  if (!/^(\d{1,4}[mhd]){1,3}$/.test(text)) return undefined
  return [...text.matchAll(/(\d+)([mhd])/g)].reduce(
    (sum, [, value, unit]) => sum + Number(value) * (UNITS[unit ?? ''] ?? 0),
    0,
  )
}

/** A time with its zone, such as `2026-12-01T06:00Z`, or how long from now. */
export function readMoment(text: string, nowMs: number): number | undefined {
  const fromNowMs = readDuration(text)
  if (fromNowMs !== undefined) return nowMs + fromNowMs
  const hasZone = /T.*(Z|[+-]\d\d:?\d\d)$/i.test(text)
  const atMs = Date.parse(text)
  return hasZone && !Number.isNaN(atMs) ? atMs : undefined
}

function readShards(text: string): number[] {
  return text.split(',').flatMap(part => {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? []
    if (first === undefined || Number(last) < Number(first))
      return complain(`--shards "${text}": expected ids and ranges, such as 0-3,7`)
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index)
  })
}

function readIncidentId(text: string | undefined): string {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return text
  return complain(`"${text ?? ''}" is no id of an incident; "incidents" lists them`)
}

const WORDS: Record<string, Record<string, { status: string; text?: string }>> = {
  incident: {
    update: { status: 'identified' },
    resolve: { status: 'resolved', text: 'Resolved.' },
  },
  maintenance: {
    begin: { status: 'in_progress', text: 'Maintenance has begun.' },
    complete: { status: 'completed', text: 'Maintenance is completed.' },
    cancel: { status: 'cancelled', text: 'Maintenance is called off.' },
  },
}

type Options = { impact?: string; shards?: string; status?: string; from?: string; for?: string }

function openingOf(title: string, text: string, { impact = 'minor', shards }: Options) {
  if (!incidentImpactSchema.safeParse(impact).success)
    complain(`--impact ${impact}: expected ${incidentImpactSchema.options.join(', ')}`)
  return { title, text, impact, ...(shards !== undefined && { shards: readShards(shards) }) }
}

function plannedOf(title: string, text: string, options: Options, nowMs: number) {
  const startsAtMs = readMoment(options.from ?? '0m', nowMs)
  const lastsMs = readDuration(options.for ?? '')
  if (startsAtMs === undefined)
    return complain(
      `--from ${options.from}: expected a time such as 2026-12-01T06:00Z, or from now such as 2h`,
    )
  if (!lastsMs) return complain('--for: expected how long it takes, such as 30m or 1h30m')
  return { title, text, startsAtMs, endsAtMs: startsAtMs + lastsMs }
}

function readTokenCluster(cluster: string | undefined, more: string | undefined): string {
  if (more !== undefined) return complain(`"${more}" is too much`)
  if (cluster === EVERY_CLUSTER || clusterNameSchema.safeParse(cluster).success) return cluster ?? ''
  return complain(`"${cluster ?? ''}" is no name of a cluster: expected 1 to 64 of A-Z a-z 0-9 _ . -`)
}

/** @throws {UsageError} */
export function readCommand(args: string[], nowMs: number): Command {
  const option = { type: 'string' } as const
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      cluster: option,
      impact: option,
      shards: option,
      status: option,
      from: option,
      for: option,
    },
  })
  const { cluster } = values
  const [what, verb, first, second, ...more] = positionals
  if (what === 'incidents' && verb === undefined) return { kind: 'list', cluster }
  if (what === undefined) return complain('which command?')
  if (what === 'token') return { kind: 'token', cluster: readTokenCluster(verb, first) }
  if (more.length > 0) return complain(`"${more[0]}" is too much; put the words into quotes`)
  if ((what === 'incident' && verb === 'open') || (what === 'maintenance' && verb === 'plan')) {
    if (first === undefined || second === undefined)
      return complain('expected a title and a text, each in quotes')
    const isIncident = what === 'incident'
    const body = isIncident ? openingOf(first, second, values) : plannedOf(first, second, values, nowMs)
    return { kind: 'write', cluster, path: isIncident ? 'incidents' : 'maintenance', body }
  }
  const known = WORDS[what]?.[verb ?? '']
  if (!known) return complain(`there is no command "${[what, verb].join(' ').trim()}"`)
  const path = `incidents/${readIncidentId(first)}/updates`
  const text = second ?? known.text ?? complain('expected a text, in quotes')
  const status = verb === 'update' ? (values.status ?? known.status) : known.status
  return { kind: 'write', cluster, path, body: { status, text } }
}
