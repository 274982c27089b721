import type { Delivery } from './event.ts'

/** What a session writes to; absent while it is disconnected and may still be resumed. */
export type Outlet = {
  send(frame: string): void
  close(code: number): void
  /** Op 7. */
  askToReconnect(): void
  /** Op 9: the session is over, or has to be resumed, on this socket or another. */
  invalidate(resumable: boolean): void
  /** Set by the fault `zombie`: nothing comes any more, not even heartbeat ACKs. */
  silent: boolean
}

type Buffered = { sequence: number; type: string; json: string; delivery?: Delivery; waits: boolean }

export const frameOf = (type: string, sequence: number, json: string): string =>
  `{"t":"${type}","s":${sequence},"op":0,"d":${json}}`

/** A staff member's rule of thumb (2016) for how many events Discord keeps for RESUME. */
export const replayLimit = (guilds: number): number => Math.max(100, Math.min(3_500, guilds * 75))

/** One logical connection of a shard: it outlives its socket for some minutes, with what it missed. */
export class Session {
  readonly id: string
  readonly shardId: number
  readonly shardCount: number
  readonly intents: number
  sinceMs = Date.now()
  sequence = 0
  outlet: Outlet | undefined
  expiry: NodeJS.Timeout | undefined
  readonly #limit: number
  readonly #onMissed: () => void
  #buffer: Buffered[] = []
  #oldest = 0

  constructor(options: {
    id: string
    shardId: number
    shardCount: number
    intents: number
    limit: number
    onMissed: () => void
  }) {
    this.id = options.id
    this.shardId = options.shardId
    this.shardCount = options.shardCount
    this.intents = options.intents
    this.#limit = options.limit
    this.#onMissed = options.onMissed
  }

  /** Whether an event of that guild, or of none, belongs to this shard. */
  covers(shardKey: number | undefined): boolean {
    return (shardKey === undefined ? 0 : shardKey % this.shardCount) === this.shardId
  }

  dispatch(type: string, json: string, delivery?: Delivery): void {
    const sequence = ++this.sequence
    const arrives = this.outlet !== undefined && !this.outlet.silent
    this.#buffer.push({ sequence, type, json, ...(delivery && { delivery }), waits: !arrives })
    if (this.#buffer.length - this.#oldest > this.#limit) this.#forgetOldest()
    if (arrives) this.outlet?.send(frameOf(type, sequence, json))
    if (!delivery) return
    if (arrives) delivery.received = true
    else delivery.waiting++
  }

  /** Whether all that came after `sequence` is still known. */
  canReplay(sequence: number): boolean {
    return sequence + 1 >= (this.#buffer[this.#oldest]?.sequence ?? this.sequence + 1)
  }

  /** Sends what came after `sequence`. */
  replay(sequence: number): void {
    for (const event of this.#buffer.slice(this.#oldest)) {
      if (event.sequence > sequence) this.outlet?.send(frameOf(event.type, event.sequence, event.json))
      if (event.waits && event.delivery) event.delivery.received = true
      event.waits = false
    }
  }

  /** What it keeps for a RESUME and nobody else has received. */
  unreceived(): Delivery[] {
    return this.#buffer
      .slice(this.#oldest)
      .flatMap(({ waits, delivery }) => (waits && delivery && !delivery.received ? delivery : []))
  }

  /** Nothing of it can be resumed any more. */
  discard(): void {
    clearTimeout(this.expiry)
    for (const event of this.#buffer.slice(this.#oldest)) this.#lose(event)
    this.#buffer = []
    this.#oldest = 0
  }

  #forgetOldest(): void {
    const forgotten = this.#buffer[this.#oldest]
    if (forgotten) this.#lose(forgotten)
    this.#oldest++
    if (this.#oldest < 1_000) return
    this.#buffer.splice(0, this.#oldest)
    this.#oldest = 0
  }

  #lose({ waits, delivery }: Buffered): void {
    if (!waits || !delivery) return
    delivery.waiting--
    if (delivery.waiting === 0 && !delivery.received) this.#onMissed()
  }
}
