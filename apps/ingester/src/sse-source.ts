import { createParser } from 'eventsource-parser'

export type StreamEvent = { id: string | undefined; data: string }

/** The server refused, with what it asks us to wait. */
export class StreamRefusedError extends Error {
  readonly retryAfterMs: number | undefined
  constructor(status: number, retryAfterMs: number | undefined) {
    super(`the stream answered ${status}`)
    this.name = 'StreamRefusedError'
    this.retryAfterMs = retryAfterMs
  }
}

/** The connection seemed to live, but nothing came: it was half-open. */
export class StreamSilentError extends Error {}

/** No event is longer; a "line" that never ends must not fill the memory. */
const LONGEST_EVENT_BYTES = 16 * 1024 * 1024

function retryAfterMs(headers: Headers): number | undefined {
  const told = headers.get('retry-after')
  if (told === null) return undefined
  const seconds = Number(told)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(told) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/**
 * One connection to a stream of server-sent events, chunk by chunk: nothing more is read from the network until the
 * consumer asks, which is the back-pressure. Ends when the server ends it.
 * @throws {StreamRefusedError | StreamSilentError}
 */
export async function* readStream({
  url,
  userAgent,
  lastEventId,
  since,
  silenceMs,
  onOpen,
  signal,
}: {
  url: string
  userAgent: string
  lastEventId: string | null
  /** Where to begin when no event is known yet. */
  since: Date | null
  /** After so long without a byte the connection counts as dead. */
  silenceMs: number
  /** The server has accepted. */
  onOpen: () => void
  signal: AbortSignal
}): AsyncGenerator<StreamEvent[], void, undefined> {
  const own = new AbortController()
  const ended = AbortSignal.any([own.signal, signal])
  let isReading = true
  const watchdog = setTimeout(() => {
    // What was waited for the consumer is not the server's silence.
    if (isReading) own.abort(new StreamSilentError(`nothing came for ${silenceMs} ms`))
    else watchdog.refresh()
  }, silenceMs)
  try {
    const address = new URL(url)
    if (lastEventId === null && since !== null) address.searchParams.set('since', String(since.getTime()))
    const response = await fetch(address, {
      headers: {
        accept: 'text/event-stream',
        'user-agent': userAgent,
        ...(lastEventId !== null && { 'last-event-id': lastEventId }),
      },
      signal: ended,
    })
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      throw new StreamRefusedError(response.status, retryAfterMs(response.headers))
    }
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      await response.body.cancel()
      throw new Error(`no stream, but ${response.headers.get('content-type') ?? 'something without a type'}`)
    }
    onOpen()
    let events: StreamEvent[] = []
    const parser = createParser({
      onEvent: ({ id, data }) => events.push({ id, data }),
    })
    const decoder = new TextDecoder()
    let unfinished = 0
    for await (const chunk of response.body) {
      watchdog.refresh()
      parser.feed(decoder.decode(chunk, { stream: true }))
      unfinished = events.length > 0 ? 0 : unfinished + chunk.byteLength
      if (unfinished > LONGEST_EVENT_BYTES)
        throw new Error(`an event of more than ${LONGEST_EVENT_BYTES} bytes`)
      if (events.length === 0) continue
      isReading = false
      yield events
      isReading = true
      events = []
      watchdog.refresh()
    }
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error
  } finally {
    clearTimeout(watchdog)
    own.abort()
  }
}
