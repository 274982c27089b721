import { z } from 'zod'

/** A Discord id: bigint here, decimal digits in JSON, where a number would be rounded. */
export const snowflake = z.codec(z.string().regex(/^\d{1,20}$/), z.bigint(), {
  decode: digits => BigInt(digits),
  encode: id => id.toString(),
})

/** One kind of event: its name, and what is said of each. Filters may ask for any part of the metadata. */
export type EventType<Name extends string = string, Metadata extends z.ZodObject = z.ZodObject> = {
  name: Name
  metadata: Metadata
}

/** A feature defines its own events so; the log need not know of them. */
export const defineEventType = <Name extends string, Metadata extends z.ZodObject>(
  type: EventType<Name, Metadata>,
): EventType<Name, Metadata> => type

export type LoggedEvent<Type extends EventType = EventType> = {
  /** Events are committed in the order of their ids. */
  id: bigint
  type: Type['name']
  /** By the database's clock. */
  at: Date
  metadata: z.output<Type['metadata']>
}

/** An event that is ready to be appended. */
export type NewEvent = {
  type: string
  metadata: unknown
  once?: string
  /** What led to it, where it is appended outside of any trace. */
  traceparent?: string
}

/**
 * @param once a key under which there is at most one event, for ever
 * @throws {z.ZodError} when the metadata is not what the type says
 */
export const newEvent = <Type extends EventType>(
  type: Type,
  metadata: z.output<Type['metadata']>,
  { once }: { once?: string } = {},
): NewEvent => ({
  type: type.name,
  metadata: z.encode(type.metadata, metadata),
  ...(once !== undefined && { once }),
})

/** `traceparent`: the span in which it was appended, where that was traced and is not long ago. */
export type EventRow = { id: bigint; at: Date; metadata: unknown; traceparent: string | null }

/** @throws {Error} naming the event whose metadata is not what the type says. */
export function readEvent<Type extends EventType>(type: Type, row: EventRow): LoggedEvent<Type> {
  const schema: Type['metadata'] = type.metadata
  const read = z.safeParse(schema, row.metadata)
  if (!read.success) {
    throw new Error(`event ${row.id} is no readable ${type.name}: ${z.prettifyError(read.error)}`, {
      cause: read.error,
    })
  }
  return { id: row.id, type: type.name, at: row.at, metadata: read.data }
}

/** Filters in JSON, for `metadata @> …`. */
export const encodeFilters = <Type extends EventType>(
  type: Type,
  filters: Partial<z.output<Type['metadata']>>,
): string => JSON.stringify(z.encode(type.metadata.partial(), filters as Record<string, unknown>))
