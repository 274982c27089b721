import { type Client, Events } from 'discord.js'

/** What a process does once for each time that it happens; all else is state, which may be seen by two. */
const GATED: ReadonlySet<string> = new Set([Events.MessageCreate, Events.InteractionCreate])
/** Longer than a process may take to hand over, and an event to reach one process after it has reached another. */
const KEPT_MS = 30_000
/** What another process may still have kept has to be known. */
const REMEMBERED_MS = 4 * KEPT_MS

export type Gate = {
  isMuted(): boolean
  /** From now on messages and interactions are kept. */
  mute(): void
  /** Hands out what was kept, but for what another process has handled, now or as it arrives. */
  unmute(handled: Iterable<string>): void
  /** From now on it is known which were handed out. */
  remember(): void
  remembered(): string[]
}

type Kept = { key: string; atMs: number; handOut: () => void }

const idOf = (subject: unknown): string =>
  typeof subject === 'object' && subject !== null && 'id' in subject ? String(subject.id) : ''

/**
 * Stands between discord.js and the features: two processes may receive the same message while the bot goes from
 * one shard count to another, and exactly one handles it.
 * @param mayHandle false hands nothing out any more, such as in a process that was frozen and replaced meanwhile
 */
export function createGate(client: Client, mayHandle: () => boolean): Gate {
  const emit = client.emit.bind(client) as (event: string, ...subjects: unknown[]) => boolean
  let kept: Kept[] | undefined
  let handledElsewhere = new Set<string>()
  let remembered: { key: string; atMs: number }[] | undefined

  function handOut(key: string, event: string, subjects: unknown[]): boolean {
    if (handledElsewhere.delete(key) || !mayHandle()) return false
    const nowMs = performance.now()
    if (remembered) {
      remembered.push({ key, atMs: nowMs })
      while ((remembered[0]?.atMs ?? nowMs) < nowMs - REMEMBERED_MS) remembered.shift()
    }
    return emit(event, ...subjects)
  }

  Object.assign(client, {
    emit(event: string, ...subjects: unknown[]) {
      if (!GATED.has(event)) return emit(event, ...subjects)
      const key = idOf(subjects[0])
      if (!kept) return handOut(key, event, subjects)
      const nowMs = performance.now()
      kept = kept.filter(({ atMs }) => atMs > nowMs - KEPT_MS)
      kept.push({ key, atMs: nowMs, handOut: () => handOut(key, event, subjects) })
      return true
    },
  })

  return {
    isMuted: () => kept !== undefined,
    mute() {
      kept ??= []
    },
    unmute(handled) {
      handledElsewhere = new Set(handled)
      const sinceMs = performance.now() - KEPT_MS
      const due = kept?.filter(({ atMs }) => atMs > sinceMs) ?? []
      kept = undefined
      for (const one of due) one.handOut()
      // What the others have handled and has not arrived here until then never will.
      setTimeout(() => handledElsewhere.clear(), REMEMBERED_MS).unref()
    },
    remember() {
      remembered ??= []
    },
    remembered: () => remembered?.map(({ key }) => key) ?? [],
  }
}
