import { randomUUID } from 'node:crypto'

/** At four batches a second, this many are a minute: a viewer that was away for longer takes a snapshot. */
const BATCHES_KEPT = 240

/** The newest batches of changes, each serialised once, and their place in history. */
export class FeedHistory {
  #epoch = randomUUID()
  #seq = 0
  #frames: Buffer[] = []

  get epoch(): string {
    return this.#epoch
  }

  get seq(): number {
    return this.#seq
  }

  /** Gives the next batch its number and keeps it. */
  append(frameAt: (seq: number) => Buffer): Buffer {
    this.#seq += 1
    const frame = frameAt(this.#seq)
    this.#frames.push(frame)
    if (this.#frames.length > BATCHES_KEPT) this.#frames.shift()
    return frame
  }

  /** What a viewer at that position has missed; undefined when that is no longer, or never was, known. */
  since(epoch: string | undefined, seq: number | undefined): Buffer[] | undefined {
    if (epoch !== this.#epoch || seq === undefined) return undefined
    const missed = this.#seq - seq
    if (missed < 0 || missed > this.#frames.length) return undefined
    return missed === 0 ? [] : this.#frames.slice(-missed)
  }

  /** What was told before holds no longer. */
  restart(): void {
    this.#epoch = randomUUID()
    this.#seq = 0
    this.#frames = []
  }
}
