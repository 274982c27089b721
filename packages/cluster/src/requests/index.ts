import { type Clock, monotonicClock } from '@shardlight/service'
import { createMemorySlots } from './memory-slots.ts'
import { openRedisSlots } from './redis-slots.ts'
import type { RequestBudget } from './request-budget.ts'
import { startRequestBudget } from './start-request-budget.ts'

export {
  type RequestBudget,
  type RequestBudgetView,
  type RequestOutcome,
  type RequestWish,
  requestOutcome,
  requestWish,
  TooManyInvalidRequestsError,
} from './request-budget.ts'
export { LIMITS } from './slots.ts'

/** The budget of a bot with one manager, in its memory. */
export const startMemoryRequestBudget = ({ clock = monotonicClock }: { clock?: Clock } = {}): RequestBudget =>
  startRequestBudget({ slots: createMemorySlots({ clock }), clock })

/**
 * The budget of a bot with several managers, in Redis.
 * @param namespace the same in all managers of one bot, and in those of no other
 * @param onTrouble called at the start of each outage
 */
export async function openRedisRequestBudget({
  url,
  namespace,
  clock = monotonicClock,
  onTrouble,
}: {
  url: string
  namespace: string
  clock?: Clock
  onTrouble?: (error: unknown) => void
}): Promise<RequestBudget> {
  const slots = await openRedisSlots({ url, namespace })
  return startRequestBudget({ slots, clock, ...(onTrouble && { onTrouble }) })
}
