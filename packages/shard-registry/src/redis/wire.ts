import { z } from 'zod'
import { type Notice, noticeSchema } from '../notices.ts'
import { type Push, type PushedProcess, pushedProcessSchema } from '../push.ts'
import type { Change, ShardRecord } from '../shard-registry.ts'
import { isShardState, type ShardState } from '../shard-state.ts'

/** A line for `apply.lua`, which says what it means; JSON has no line breaks. */
export type Operation = string

/** A position in the history of changes; another epoch means that history was lost. */
export type Position = { epoch: string; seq: number }

export const fieldOf = (cluster: string, shard: number): string => `${cluster}/${shard}`

const shown = (value: number | string | null | undefined): string => (value == null ? '-' : String(value))

/** Says of what follows which generation pushes it; wherever a push is cut, each part begins with it. */
export const headOf = (cluster: string, { generation = 0 }: Push): Operation => `g ${cluster} ${generation}`

/** What has to be told of a push besides its shards comes first: shards must lie within the total. */
export function operationsOf(cluster: string, { totalShards, process, shards }: Push): Operation[] {
  const id = process?.id ?? '-'
  const operations: Operation[] = []
  if (totalShards === undefined) {
    const least = shards.reduce((most, shard) => Math.max(most, shard.id + 1), 0)
    operations.push(`t ${cluster} ${least} atleast`)
  } else operations.push(`t ${cluster} ${totalShards} set`)
  if (process) operations.push(`i ${cluster} ${id} ${JSON.stringify(process)}`)
  // Arrays to join would cost several times as much, with hundreds of pushes a second.
  for (const { id: shard, state, pingMs, guilds, reconnects, reconnectedAtMs } of shards)
    operations.push(
      `p ${cluster}/${shard} ${state} ${shown(pingMs)} ${shown(guilds)} ${id} ${shown(reconnects)} ${shown(reconnectedAtMs)}`,
    )
  return operations
}

export const stateOperation = (cluster: string, shard: number, state: ShardState): Operation =>
  `s ${fieldOf(cluster, shard)} ${state} - - - - -`

export const healthOperation = (cluster: string, shard: number): Operation => `h ${fieldOf(cluster, shard)}`

export const noticesOperation = (cluster: string, source: string, notices: Notice[]): Operation =>
  `n ${cluster}/${source} ${JSON.stringify(notices)}`

/** For `restore.lua`, which is told until when they stand by Redis' clock. */
export const noticesUntil = (cluster: string, source: string, notices: readonly Notice[], untilMs: number) =>
  `n ${cluster}/${source} ${Math.round(untilMs)} ${JSON.stringify(notices)}`

/** Another version may have stored what this one does not take: it is left out. */
const taken = <T>(schema: z.ZodType<T>, value: unknown): T[] => {
  const read = schema.safeParse(value)
  return read.success ? [read.data] : []
}

export function readNotices(field: string, json: string) {
  const slash = field.indexOf('/')
  const notices = z
    .array(z.unknown())
    .parse(JSON.parse(json))
    .flatMap(notice => taken(noticeSchema, notice))
  return { cluster: field.slice(0, slash), source: field.slice(slash + 1), notices }
}

const numberOrNull = (text: string | undefined): number | null =>
  text === undefined || text === '-' ? null : Number(text)

/** As `apply.lua` packs it. */
export const packRecord = (record: ShardRecord): string => {
  const { state, sinceMs, lastHealthyMs, pingMs, guilds, processId, reconnects, reconnectedAtMs } = record
  const known = [lastHealthyMs, pingMs, guilds, processId, reconnects, reconnectedAtMs]
  return [state, sinceMs, ...known.map(shown)].join(' ')
}

export function readRecord(packed: string): ShardRecord {
  const [state, since, healthy, ping, guilds, id, reconnects, reconnectedAt] = packed.split(' ')
  const stateNumber = Number(state)
  if (!isShardState(stateNumber)) throw new Error(`"${packed}" is not the record of a shard`)
  return {
    state: stateNumber,
    sinceMs: Number(since),
    lastHealthyMs: numberOrNull(healthy),
    pingMs: numberOrNull(ping),
    guilds: numberOrNull(guilds),
    reconnects: numberOrNull(reconnects),
    reconnectedAtMs: numberOrNull(reconnectedAt),
    processId: id === undefined || id === '-' ? null : id,
  }
}

export function readField(field: string): { cluster: string; shard: number } {
  const slash = field.lastIndexOf('/')
  return { cluster: field.slice(0, slash), shard: Number(field.slice(slash + 1)) }
}

/** Which generation pushes a cluster, and when it last did. */
export function readGeneration(stored: string): { generation: number; lastPushMs: number } {
  const [, generation = 0, lastPushMs = 0] = /^(\d+) (\d+)$/.exec(stored) ?? []
  return { generation: Number(generation), lastPushMs: Number(lastPushMs) }
}

const takenProcess = (json: string): PushedProcess[] => taken(pushedProcessSchema, JSON.parse(json))

/** When a process last pushed, and what it said of itself; nothing where that cannot be understood. */
export function readProcess(stored: string): { process: PushedProcess; atMs: number }[] {
  const space = stored.indexOf(' ')
  const atMs = Number(stored.slice(0, space))
  return takenProcess(stored.slice(space + 1)).map(process => ({ process, atMs }))
}

export type Message = Position & {
  atMs: number
  origin: string
  /** So much of a cluster has changed that it has to be loaded. */
  isToLoad: boolean
  generations: { cluster: string; generation: number }[]
  totals: { cluster: string; totalShards: number; isAnew: boolean }[]
  notices: ReturnType<typeof readNotices>[]
  processes: { cluster: string; process: PushedProcess }[]
  changes: Change[]
}

const header = z.tuple([z.string(), z.coerce.number(), z.coerce.number(), z.string()])

export function readMessage(text: string): Message {
  const [first = '', ...lines] = text.split('\n')
  const [epoch, seq, atMs, origin] = header.parse(first.split(' '))
  const message: Message = {
    ...{ epoch, seq, atMs, origin, isToLoad: false },
    ...{ generations: [], totals: [], notices: [], processes: [], changes: [] },
  }
  for (const line of lines) {
    if (line === '') continue
    const [kind] = line
    const fieldEnd = line.indexOf(' ', 2)
    const field = line.slice(2, fieldEnd)
    const rest = line.slice(fieldEnd + 1)
    if (kind === 't' || kind === 'T')
      message.totals.push({ cluster: field, totalShards: Number(rest), isAnew: kind === 'T' })
    else if (kind === 'a') message.isToLoad = true
    else if (kind === 'g') message.generations.push({ cluster: field, generation: Number(rest) })
    else if (kind === 'n') message.notices.push(readNotices(field, rest))
    else if (kind === 'i')
      message.processes.push(...takenProcess(rest).map(process => ({ cluster: field, process })))
    else
      message.changes.push({
        ...readField(field),
        kind: kind === 's' ? 'state' : kind === 'r' ? 'revived' : 'health',
        record: readRecord(rest),
      })
  }
  return message
}
