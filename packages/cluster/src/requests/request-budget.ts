import { z } from 'zod'

/** One request that wants to leave; crosses IPC. */
export const requestWish = z.object({
  /** Names the request again in its outcome; unique in the whole bot. */
  id: z.string().min(1).max(64),
  /** Method and path, with the ids of messages and the like taken out: `POST /channels/123/messages`. */
  route: z.string().min(1).max(1_000),
  /** `answer`: somebody waits for it. `background`: it goes when nobody waits. */
  importance: z.enum(['answer', 'background']),
  /** Whose it is: within `background` these take turns, usually a guild's id. */
  fairnessKey: z.string().max(100),
})

/** What came of a request that was let go; crosses IPC. Every one is reported: it frees its place. */
export const requestOutcome = z.object({
  id: z.string().min(1).max(64),
  route: z.string().min(1).max(1_000),
  /** null where no answer came. */
  status: z.int().nullable(),
  /** Of a 429 (docs, "Rate Limit Header Examples"). */
  scope: z.enum(['global', 'user', 'shared']).optional(),
  retryAfterMs: z.number().min(0).optional(),
})

export type RequestWish = z.infer<typeof requestWish>
export type RequestOutcome = z.infer<typeof requestOutcome>

export type RequestBudgetView = {
  waiting: { answer: number; background: number }
  /** Requests of the whole bot that may have reached Discord within the last second. */
  usedLastSecond: number
  /** Answers 401, 403 and 429 (but not of scope `shared`) in the last ten minutes. */
  invalidInWindow: number
  /** How long everything is refused because of them; null while the breaker is closed. */
  breakerOpenForMs: number | null
  /** How long Discord has stopped the whole bot (429 of scope `global`). */
  stoppedForMs: number | null
  blockedRoutes: { route: string; forMs: number }[]
  /** Why nothing is granted at the moment, such as a Redis that does not answer. */
  outage: string | null
}

/** One 50 requests a second for the whole bot (docs, "Global Rate Limit"); interaction endpoints never come here. */
export type RequestBudget = AsyncDisposable & {
  /**
   * Resolves when the request may leave, which it then must at once.
   * @throws {TooManyInvalidRequestsError}
   * @throws the signal's reason, after the place in the line was given back
   */
  take(wish: RequestWish, signal?: AbortSignal): Promise<void>
  report(outcome: RequestOutcome): void
  view(): RequestBudgetView
}

/** Discord bans an address that gets 10,000 invalid answers in ten minutes; the bot stops itself long before. */
export class TooManyInvalidRequestsError extends Error {
  readonly closesInMs: number
  constructor({ byStatus, closesInMs }: { byStatus: Record<string, number>; closesInMs: number }) {
    const counts = Object.entries(byStatus)
      .filter(([, count]) => count > 0)
      .map(([status, count]) => `${count} × ${status}`)
    super(
      `no request leaves for ${Math.ceil(closesInMs / 1_000)} s: Discord refused too many in the last ten minutes (${counts.join(', ')})`,
    )
    this.name = 'TooManyInvalidRequestsError'
    this.closesInMs = closesInMs
  }
}
