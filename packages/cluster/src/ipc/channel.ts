import { reasonOf } from '@shardlight/service'
import { currentTraceparent, withSpan, withSpanBelow } from '@shardlight/tracing'
import { z } from 'zod'

/** What one side may ask of the other: name, what is asked, and what is answered. */
export type Calls = Record<string, { request: z.ZodType; reply: z.ZodType }>

export type Request<C extends Calls, Name extends keyof C> = z.infer<C[Name]['request']>
export type Reply<C extends Calls, Name extends keyof C> = z.infer<C[Name]['reply']>

/** The signal is aborted when the caller no longer wants the answer, or is gone. */
export type Handlers<C extends Calls> = {
  [Name in keyof C]: (
    request: Request<C, Name>,
    signal: AbortSignal,
  ) => Reply<C, Name> | Promise<Reply<C, Name>>
}

export type Channel<Out extends Calls> = {
  /**
   * Asks the other side.
   * @param timeoutMs 5 s, unless told otherwise; Infinity waits as long as the other side lives
   * @param isTraced within a trace, the call and what the other side does for it are spans
   * @throws {CallTimeoutError} {PeerGoneError} {CallFailedError}
   */
  call<Name extends keyof Out & string>(
    name: Name,
    request: Request<Out, Name>,
    options?: { timeoutMs?: number; signal?: AbortSignal; isTraced?: boolean },
  ): Promise<Reply<Out, Name>>
  /** Takes a message that came in; what is not ours is left alone. */
  receive(message: unknown): void
  /** The other side is gone: what waits for it is rejected, what it asked for is aborted. */
  close(reason: string): void
}

export class CallTimeoutError extends Error {
  override name = 'CallTimeoutError'
}

/** The other process has died, or its end of the channel is closed. */
export class PeerGoneError extends Error {
  override name = 'PeerGoneError'
}

/** The other side refused, or failed; the message is its reason. */
export class CallFailedError extends Error {
  override name = 'CallFailedError'
}

const DEFAULT_TIMEOUT_MS = 5_000

const envelope = z.discriminatedUnion('shardlight', [
  z.object({
    shardlight: z.literal('call'),
    id: z.int(),
    name: z.string(),
    body: z.unknown(),
    traceparent: z.string().optional(),
  }),
  z.object({ shardlight: z.literal('reply'), id: z.int(), body: z.unknown() }),
  z.object({ shardlight: z.literal('failure'), id: z.int(), reason: z.string() }),
  z.object({ shardlight: z.literal('cancel'), id: z.int() }),
])

type Envelope = z.infer<typeof envelope>

type Waiting = { reply: z.ZodType; resolve: (value: unknown) => void; reject: (error: Error) => void }

const spanOf = (name: string) => ({ 'rpc.system.name': 'node_ipc', 'rpc.method': name })

/** Typed requests and replies over any pipe that carries JSON, such as the channel of a forked process. */
export function openChannel<Out extends Calls, In extends Calls>({
  outgoing,
  incoming,
  handlers,
  write,
}: {
  outgoing: Out
  incoming: In
  handlers: Handlers<In>
  write: (message: Envelope) => void
}): Channel<Out> {
  const waiting = new Map<number, Waiting>()
  const serving = new Map<number, AbortController>()
  let lastId = 0
  let goneBecause: string | undefined

  async function serve({
    id,
    name,
    body,
    traceparent,
  }: Extract<Envelope, { shardlight: 'call' }>): Promise<void> {
    const calls = incoming[name]
    const abort = new AbortController()
    serving.set(id, abort)
    try {
      if (!calls) throw new Error(`there is no call "${name}"`)
      const handle = handlers[name] as (request: unknown, signal: AbortSignal) => unknown
      const request = calls.request.parse(body)
      const answer = await withSpanBelow(traceparent, name, { attributes: spanOf(name) }, async () =>
        handle(request, abort.signal),
      )
      write({ shardlight: 'reply', id, body: answer })
    } catch (error) {
      write({ shardlight: 'failure', id, reason: `${name}: ${reasonOf(error)}` })
    } finally {
      serving.delete(id)
    }
  }

  function settle(message: Extract<Envelope, { shardlight: 'reply' | 'failure' }>): void {
    const call = waiting.get(message.id)
    if (!call) return
    if (message.shardlight === 'failure') {
      call.reject(new CallFailedError(message.reason))
      return
    }
    const read = call.reply.safeParse(message.body)
    if (read.success) call.resolve(read.data)
    else call.reject(new CallFailedError(`the answer has another shape: ${z.prettifyError(read.error)}`))
  }

  async function ask(
    name: string,
    request: unknown,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
    traceparent?: string,
  ): Promise<unknown> {
    signal?.throwIfAborted()
    if (goneBecause !== undefined) throw new PeerGoneError(`${name}: ${goneBecause}`)
    const reply = outgoing[name]?.reply
    if (!reply) throw new Error(`there is no call "${name}"`)
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    waiting.set(id, { reply, resolve, reject })
    const giveUp = (error: Error) => {
      write({ shardlight: 'cancel', id })
      reject(error)
    }
    const onAbort = () => giveUp(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const timer = Number.isFinite(timeoutMs)
      ? setTimeout(() => giveUp(new CallTimeoutError(`${name}: no answer within ${timeoutMs} ms`)), timeoutMs)
      : undefined
    try {
      write({ shardlight: 'call', id, name, body: request, ...(traceparent && { traceparent }) })
      return await promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      waiting.delete(id)
    }
  }

  return {
    async call(name, request, { timeoutMs = DEFAULT_TIMEOUT_MS, signal, isTraced = false } = {}) {
      const answer = isTraced
        ? withSpan(name, { kind: 'client', attributes: spanOf(name) }, () =>
            ask(name, request, { timeoutMs, signal }, currentTraceparent()),
          )
        : ask(name, request, { timeoutMs, signal })
      return (await answer) as Reply<Out, typeof name>
    },

    receive(message) {
      const read = envelope.safeParse(message)
      if (!read.success) return
      if (read.data.shardlight === 'call') void serve(read.data)
      else if (read.data.shardlight === 'cancel') serving.get(read.data.id)?.abort()
      else settle(read.data)
    },

    close(reason) {
      goneBecause ??= reason
      for (const { reject } of waiting.values()) reject(new PeerGoneError(reason))
      for (const abort of serving.values()) abort.abort(new PeerGoneError(reason))
    },
  }
}

/** What came of asking several at once: some may have failed. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; reason: string }

/** Asks all and waits for all; one that fails does not hide what the others said. */
export const broadcast = async <Key, T>(
  peers: Iterable<readonly [Key, () => Promise<T>]>,
): Promise<Map<Key, Outcome<T>>> =>
  new Map(
    await Promise.all(
      Array.from(peers, async ([key, ask]): Promise<[Key, Outcome<T>]> => {
        try {
          return [key, { ok: true, value: await ask() }]
        } catch (error) {
          return [key, { ok: false, reason: reasonOf(error) }]
        }
      }),
    ),
  )
