import { z } from 'zod'

/** Where the real stream has another type than documented, the value is as if it were not there; `raw` keeps it. */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

const int32 = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1)

/** Names are part of keys, which PostgreSQL wants short. */
const name = z.string().max(255)

/** Each day is a partition, so an absurd one is refused. */
const isSensible = (moment: string) => moment >= '2001' && moment < '2100'

const event = z.object({
  meta: z.object({
    id: z.string().min(1).max(200),
    dt: z.iso.datetime({ offset: true }).refine(isSensible, 'expected a moment since Wikipedia began'),
    domain: lenient(name),
  }),
  type: lenient(name),
  server_name: lenient(name),
  bot: lenient(z.boolean()),
  minor: lenient(z.boolean()),
  namespace: lenient(int32),
  title: lenient(z.string()),
  user: lenient(z.string()),
  comment: lenient(z.string()),
  length: lenient(z.object({ old: lenient(int32), new: lenient(int32) })),
})

/** One event of Wikimedia's `recentchange` stream, schema `mediawiki/recentchange/1.0.0`. */
export type RecentChange = {
  /** `meta.id` */
  id: string
  /** `meta.dt` */
  at: Date
  /** `server_name`, such as `en.wikipedia.org`. */
  wiki: string
  /** edit, new, log, categorize or external. */
  type: string
  isBot: boolean
  isMinor: boolean
  namespace: number | null
  title: string | null
  /** A name, an address, or absent where it was redacted. */
  editor: string | null
  comment: string | null
  /** In bytes. */
  oldLength: number | null
  newLength: number | null
  /** The event as JSON, without `parsedcomment`. */
  raw: string
}

/** How JSON can hold a NUL or half a character. */
const MAY_BE_UNSTORABLE = /\\u(?:0000|d[89a-f])/i

/** PostgreSQL takes neither. */
const storable = (text: string) => text.replaceAll('\u0000', '\ufffd').toWellFormed()
const storableValue = (_: string, value: unknown) => (typeof value === 'string' ? storable(value) : value)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Wikimedia's test events, sent so that there always is something. */
export const CANARY_DOMAIN = 'canary'

export type ReadChange = { change: RecentChange } | { canary: true } | { unreadable: string }

/** Reads one event; only `meta.id` and `meta.dt` are required of it. */
export function readRecentChange(json: string): ReadChange {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    return { unreadable: 'it is no JSON' }
  }
  if (!isRecord(parsed)) return { unreadable: 'it is no object' }
  const read = event.safeParse(parsed)
  if (!read.success) return { unreadable: z.prettifyError(read.error).replaceAll(/\s+/g, ' ') }
  const { meta, server_name, type, bot, minor, namespace, title, user, comment, length } = read.data
  if (meta.domain === CANARY_DOMAIN) return { canary: true }
  const text = (value: string | undefined) => (value === undefined ? null : storable(value))
  delete parsed['parsedcomment']
  return {
    change: {
      id: storable(meta.id),
      at: new Date(meta.dt),
      wiki: storable(server_name ?? meta.domain ?? 'unknown'),
      type: storable(type ?? 'unknown'),
      isBot: bot === true,
      isMinor: minor === true,
      namespace: namespace ?? null,
      title: text(title),
      editor: text(user),
      comment: text(comment),
      oldLength: length?.old ?? null,
      newLength: length?.new ?? null,
      raw: MAY_BE_UNSTORABLE.test(json) ? JSON.stringify(parsed, storableValue) : JSON.stringify(parsed),
    },
  }
}
