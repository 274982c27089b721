import { noticeLevels } from './notice-level.ts'
import { MOST_NOTICE_SOURCES, MOST_NOTICES, type Notice, type NoticesPush } from './notices.ts'

type Told = { notices: readonly Notice[]; untilMs: number }

const isSame = (one: readonly Notice[], other: readonly Notice[]) =>
  JSON.stringify(one) === JSON.stringify(other)

const inOrder = (one: Notice, other: Notice) =>
  noticeLevels.indexOf(one.level) - noticeLevels.indexOf(other.level) || one.sinceMs - other.sinceMs

/** The notices of one cluster, by who told them; those of a source that has fallen silent are taken down. */
export class NoticeBoard {
  readonly #bySource = new Map<string, Told>()
  #ordered: readonly Notice[] = []
  #shown: readonly Notice[] = []

  /** Gravest first, then oldest first; of very many, those that come first so. */
  get all(): readonly Notice[] {
    return this.#shown
  }

  /** Those that name the shard. */
  ofShard(id: number): Notice[] {
    return this.#ordered.filter(({ shards }) => shards?.includes(id)).slice(0, MOST_NOTICES)
  }

  /** Whether that source may tell something: it does already, or there are not too many that do. */
  hasRoomFor(source: string, nowMs: number): boolean {
    if (this.#bySource.has(source)) return true
    const telling = [...this.#bySource.values()].filter(({ untilMs }) => untilMs > nowMs)
    return telling.length < MOST_NOTICE_SOURCES
  }

  /** By source, with the time until which it stands. */
  told(): ReadonlyMap<string, Told> {
    return this.#bySource
  }

  /** Says of each notice since when it is told. */
  complete({ source, notices }: NoticesPush, nowMs: number): Notice[] {
    const known = this.#bySource.get(source)?.notices ?? []
    return notices.map(notice => ({
      ...notice,
      source,
      sinceMs: notice.sinceMs ?? known.find(({ id }) => id === notice.id)?.sinceMs ?? nowMs,
    }))
  }

  /** Replaces what the source told before. @returns whether that changes what is shown. */
  put(source: string, { notices, untilMs }: Told): boolean {
    const before = this.#bySource.get(source)?.notices ?? []
    if (notices.length > 0) this.#bySource.set(source, { notices, untilMs })
    else this.#bySource.delete(source)
    if (isSame(before, notices)) return false
    this.#arrange()
    return true
  }

  /** @returns whether a source had fallen silent. */
  expire(nowMs: number): boolean {
    const silent = [...this.#bySource].filter(([, { untilMs }]) => untilMs <= nowMs)
    for (const [source] of silent) this.#bySource.delete(source)
    if (silent.length > 0) this.#arrange()
    return silent.length > 0
  }

  #arrange(): void {
    this.#ordered = [...this.#bySource.values()].flatMap(({ notices }) => notices).toSorted(inOrder)
    this.#shown = this.#ordered.slice(0, MOST_NOTICES)
  }
}
