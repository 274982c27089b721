/** What `GET /gateway/bot` says about logins. */
export type Look = { remaining: number; total: number; resetAfterMs: number }

/** Discord's day and what the bot has spent of it; times in milliseconds since 1970 by the store's clock. */
export type IdentifyDay = {
  /** When this was read. */
  nowMs: number
  resetsAtMs: number
  total: number
  /** Our share of what was left at the first look of the day. */
  allowed: number
  spent: number
  spentAtMs: number | null
  /** What Discord said was left, when, and what was spent here by then. */
  seenLeft: number
  seenSpent: number
  seenAtMs: number
  /** Since the last login that succeeded: permits given, failures known, and permits given one at a time. */
  unproven: number
  failed: number
  probes: number
  probedAtMs: number | null
}

const DAY_MS = 24 * 3_600_000
/** Two looks at one day differ by how long their answers took. */
const SAME_DAY_MS = 60_000

/** Of the day's logins, failing ones may take a twentieth in an hour: a thousand are then never spent in a day. */
const HOURLY_PART = 20
export const FIRST_PROBE_MS = 30_000
export const SLOWEST_PROBE_MS = 300_000
/** At the pace of `probeDelayMs` an hour has 15. */
export const PROBES_AN_HOUR = 16
export const LEAST_UNPROVEN = 4

/** How many permits may be out before the first of them succeeds; the rest of the hour's part is for probes. */
export const mostUnproven = (total: number): number =>
  Math.max(LEAST_UNPROVEN, Math.floor(total / HOURLY_PART) - PROBES_AN_HOUR)

/** The same as `mostUnproven`, for a statement. */
export const MOST_UNPROVEN_SQL = `greatest(${LEAST_UNPROVEN}, total / ${HOURLY_PART} - ${PROBES_AN_HOUR})`

/** From one probe to the next, given how many there were: half a minute, doubled up to five. */
export const probeDelayMs = (probes: number): number =>
  probes === 0 ? 0 : Math.min(FIRST_PROBE_MS * 2 ** (probes - 1), SLOWEST_PROBE_MS)

/** The first day ever known. */
export const beginDay = (look: Look, nowMs: number, share: number): IdentifyDay => ({
  nowMs,
  resetsAtMs: nowMs + (look.resetAfterMs || DAY_MS),
  total: look.total,
  allowed: Math.max(0, Math.floor(look.remaining * share)),
  spent: 0,
  spentAtMs: null,
  seenLeft: look.remaining,
  seenSpent: 0,
  seenAtMs: nowMs,
  unproven: 0,
  failed: 0,
  probes: 0,
  probedAtMs: null,
})

/**
 * What is known after another look. Within a day the allowance stays what it was. A new day is one that ends clearly
 * later than the known one, when that is over or when Discord no longer counts what was spent in it.
 */
export function lookAgain(day: IdentifyDay, look: Look, share: number): IdentifyDay {
  const fresh = beginDay(look, day.nowMs, share)
  const isOver = day.resetsAtMs <= day.nowMs
  const isForgotten = look.remaining > look.total - day.spent
  if ((isOver || isForgotten) && fresh.resetsAtMs > day.resetsAtMs + SAME_DAY_MS) {
    const { spentAtMs, unproven, failed, probes, probedAtMs } = day
    return { ...fresh, spentAtMs, unproven, failed, probes, probedAtMs }
  }
  return {
    ...day,
    resetsAtMs: look.resetAfterMs > 0 ? fresh.resetsAtMs : day.resetsAtMs,
    total: look.total,
    seenLeft: look.remaining,
    seenSpent: day.spent,
    seenAtMs: day.nowMs,
  }
}

/** Never more than Discord said was left, less what was spent since. */
export const leftOf = (day: IdentifyDay): number =>
  Math.max(0, Math.min(day.allowed - day.spent, day.seenLeft - (day.spent - day.seenSpent)))

/**
 * Whether a login need not wait for the result of others.
 * @param again the shard's own last login failed.
 */
export const isFree = (day: IdentifyDay, again: boolean): boolean =>
  (day.failed === 0 || !again) && day.unproven < mostUnproven(day.total)

/** When one more may try although others have failed. */
export const probeAtMs = (day: IdentifyDay): number =>
  day.probedAtMs === null ? Number.NEGATIVE_INFINITY : day.probedAtMs + probeDelayMs(day.probes)

export const maySpend = (day: IdentifyDay, again: boolean): boolean =>
  day.resetsAtMs > day.nowMs && leftOf(day) > 0 && (isFree(day, again) || probeAtMs(day) <= day.nowMs)

/** The day after one permit, which `maySpend` allowed. */
export function spendOne(day: IdentifyDay, again: boolean): IdentifyDay {
  const spent = { ...day, spent: day.spent + 1, spentAtMs: day.nowMs, unproven: day.unproven + 1 }
  return isFree(day, again) ? spent : { ...spent, probes: day.probes + 1, probedAtMs: day.nowMs }
}

/** One that succeeds proves the way open for all. */
export const afterSuccess = (day: IdentifyDay): IdentifyDay => ({
  ...day,
  unproven: 0,
  failed: 0,
  probes: 0,
  probedAtMs: null,
})
