import type { RequestWish } from './request-budget.ts'

/** One answer after the other, at most: then a background request has its turn, however many answers wait. */
const ANSWERS_IN_A_ROW = 9

export type Waiting = {
  wish: RequestWish
  sinceMs: number
  grant(): void
  refuse(error: unknown): void
}

export type Turn = { waiting: Waiting; urgent: boolean }

export type WaitingLine = ReturnType<typeof createWaitingLine>

/**
 * Who waits, and whose turn it is: answers first, in order; then background requests, where guilds take turns and
 * each guild's are in order. Nobody waits behind a route that is blocked.
 */
export function createWaitingLine({ most }: { most: number }) {
  const answers = new Set<Waiting>()
  /** Whose turn is next comes first. */
  const background = new Map<string, Set<Waiting>>()
  let inBackground = 0
  let answersInARow = 0

  function removeBackground(waiting: Waiting): boolean {
    const { fairnessKey } = waiting.wish
    const own = background.get(fairnessKey)
    if (!own?.delete(waiting)) return false
    inBackground -= 1
    if (own.size === 0) background.delete(fairnessKey)
    return true
  }

  const remove = (waiting: Waiting): boolean => answers.delete(waiting) || removeBackground(waiting)

  /** Of the guild that waits with most, what has waited longest, and is the most stale. */
  function leastMissed(): Waiting | undefined {
    let largest = new Set<Waiting>()
    for (const own of background.values()) if (own.size > largest.size) largest = own
    return largest.values().next().value
  }

  function makeRoom(wish: RequestWish): void {
    if (answers.size + inBackground < most) return
    const full = new Error(
      `${wish.route} cannot wait: ${answers.size} answers and ${inBackground} background requests do already`,
    )
    const missed = wish.importance === 'answer' ? leastMissed() : undefined
    if (!missed) throw full
    remove(missed)
    missed.refuse(full)
  }

  function nextInBackground(isBlocked: (route: string) => boolean): Waiting | undefined {
    for (const own of background.values())
      for (const waiting of own) if (!isBlocked(waiting.wish.route)) return waiting
    return undefined
  }

  return {
    /** @throws where too many wait already; an answer takes the place of a background request. */
    add(waiting: Waiting): void {
      makeRoom(waiting.wish)
      const { importance, fairnessKey } = waiting.wish
      if (importance === 'answer') {
        answers.add(waiting)
        return
      }
      const own = background.get(fairnessKey) ?? new Set()
      background.set(fairnessKey, own.add(waiting))
      inBackground += 1
    },

    remove,

    /** It leaves because its turn came. @returns whether it was still waiting. */
    granted(waiting: Waiting): boolean {
      const { importance, fairnessKey } = waiting.wish
      if (!remove(waiting)) return false
      if (importance === 'answer') {
        answersInARow = inBackground > 0 ? answersInARow + 1 : 0
        return true
      }
      answersInARow = 0
      const own = background.get(fairnessKey)
      if (own) {
        background.delete(fairnessKey)
        background.set(fairnessKey, own)
      }
      return true
    },

    /** Some of those whose turn it is, in order; they stay in the line. */
    turns(isBlocked: (route: string) => boolean): Turn[] {
      const last = nextInBackground(isBlocked)
      const left = ANSWERS_IN_A_ROW - (last ? answersInARow : 0)
      const turns: Turn[] = []
      for (const waiting of answers) {
        if (turns.length >= left) break
        if (!isBlocked(waiting.wish.route)) turns.push({ waiting, urgent: true })
      }
      if (!last) return turns
      const isDue = left <= 0 && answers.size > 0
      return [...turns, { waiting: last, urgent: isDue }]
    },

    all: (): Waiting[] => [...answers, ...[...background.values()].flatMap(own => [...own])],
    waiting: () => ({ answer: answers.size, background: inBackground }),
  }
}
