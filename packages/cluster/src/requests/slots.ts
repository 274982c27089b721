import type { RequestOutcome } from './request-budget.ts'

export type Limits = {
  /** How many requests may reach Discord within one window; two of its 50 are left to what goes round the budget. */
  slots: number
  /** Of these, how many background requests never take. */
  reservedForAnswers: number
  /** Discord's second, and a little for clocks that are read in whole milliseconds. */
  windowMs: number
  /** A request whose outcome is not known yet has reached Discord this late at most. */
  arrivalMs: number
  /** Background requests leave one by one, so that places become free one by one, and an answer soon finds one. */
  backgroundEveryMs: number
  invalidMost: number
  invalidWindowMs: number
}

export const LIMITS: Limits = {
  slots: 48,
  reservedForAnswers: 4,
  windowMs: 1_010,
  arrivalMs: 1_000,
  backgroundEveryMs: 20,
  invalidMost: 500,
  invalidWindowMs: 600_000,
}

/** `urgent` ones may take every slot, at once. */
export type SlotWish = { id: string; route: string; urgent: boolean }

export type Exchanged = {
  granted: string[]
  /** When a refused wish of that kind is worth repeating, in ms; 0 where none was refused. */
  retryInMs: { urgent: number; background: number }
  used: number
  /** By status, in the window. */
  invalid: Record<string, number>
  /** 0 while the breaker is closed. */
  breakerOpenForMs: number
  stoppedForMs: number
  blocked: { route: string; forMs: number }[]
}

/**
 * The places of the whole bot, without an order. A request holds its slot from the grant until one window after
 * its outcome was reported (or after the latest arrival): whenever it reached Discord in between, no second of
 * Discord's can hold more requests than there are slots, whatever the network and the schedulers did.
 */
export type Slots = AsyncDisposable & {
  /** Outcomes count first; wishes are granted in their order. A wish that was granted before is granted again. */
  exchange(given: { outcomes: readonly RequestOutcome[]; wishes: readonly SlotWish[] }): Promise<Exchanged>
  /** After this long without an exchange what is known of the slots is old. */
  newsEveryMs: number
}

/** Whether it brings the ban nearer (docs, "Invalid Request Limit"). */
export const isInvalid = ({ status, scope }: RequestOutcome): boolean =>
  status === 401 || status === 403 || (status === 429 && scope !== 'shared')
