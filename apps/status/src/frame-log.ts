import { randomUUID } from 'node:crypto'

/** A place in a log; another epoch means that its history was lost. */
export type Position = { readonly epoch: string; readonly seq: number }

type Entry = { frames: readonly Buffer[]; bytes: number }

export const bytesOf = (frames: readonly Buffer[]): number =>
  frames.reduce((sum, { length }) => sum + length, 0)

/**
 * What a feed has told of late, each frame serialised once and shared by all who have yet to read it: a viewer keeps
 * its place in here and no queue of its own.
 */
export class FrameLog {
  readonly #mostEntries: number
  readonly #mostBytes: number
  #epoch = randomUUID()
  #seq = 0
  #entries: Entry[] = []
  #bytes = 0

  constructor({ mostEntries, mostBytes }: { mostEntries: number; mostBytes: number }) {
    this.#mostEntries = mostEntries
    this.#mostBytes = mostBytes
  }

  get position(): Position {
    return { epoch: this.#epoch, seq: this.#seq }
  }

  get seq(): number {
    return this.#seq
  }

  isHead({ epoch, seq }: Position): boolean {
    return seq === this.#seq && epoch === this.#epoch
  }

  append(frames: readonly Buffer[]): void {
    const bytes = bytesOf(frames)
    this.#seq += 1
    this.#entries.push({ frames, bytes })
    this.#bytes += bytes
    while (this.#entries.length > this.#mostEntries || this.#bytes > this.#mostBytes)
      this.#bytes -= this.#entries.shift()?.bytes ?? 0
  }

  /** How much a viewer at that position has missed; undefined when that is no longer, or never was, known. */
  bytesSince(position: Position): number | undefined {
    const missed = this.#missed(position)
    if (missed === undefined) return undefined
    let bytes = 0
    for (let back = 1; back <= missed; back += 1) bytes += this.#entries.at(-back)?.bytes ?? 0
    return bytes
  }

  /** The entry that follows that position. */
  after(position: Position): readonly Buffer[] | undefined {
    const missed = this.#missed(position)
    return missed === undefined || missed === 0 ? undefined : this.#entries.at(-missed)?.frames
  }

  /** What was told before holds no longer. */
  restart(): void {
    this.#epoch = randomUUID()
    this.#seq = 0
    this.#entries = []
    this.#bytes = 0
  }

  #missed({ epoch, seq }: Position): number | undefined {
    const missed = this.#seq - seq
    const isKnown = epoch === this.#epoch && missed >= 0 && missed <= this.#entries.length
    return isKnown ? missed : undefined
  }
}
