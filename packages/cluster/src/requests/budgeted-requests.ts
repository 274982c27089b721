import { DefaultRestOptions, type REST, type RESTOptions } from 'discord.js'
import { createAnswersFirst } from './answers-first.ts'
import { watchForStalls } from './stall-watch.ts'
import { type MakeRequest, type Report, type Take, withBudget } from './with-budget.ts'

/** As long as a timer can be: the budget says how long a request may wait for it. */
const LONGER_THAN_ANY_WAIT_MS = 2 ** 31 - 1

export type BudgetedRequests = {
  /** For `ClientOptions.rest`. @param makeRequest sends a request; the wait is not within it. */
  options(makeRequest: MakeRequest): Pick<RESTOptions, 'makeRequest' | 'timeout' | 'globalRequestsPerSecond'>
  /** Lets what stands before an answer in discord.js's own queues hurry; once for each `REST`. */
  watch(rest: REST): void
}

/**
 * The shard process's side of the budget: every request of its `REST` asks `take` and tells `report`.
 * @param timeoutMs of a request, from when it leaves
 */
export function createBudgetedRequests({
  take,
  report,
  timeoutMs = DefaultRestOptions.timeout,
  stalls = watchForStalls(),
}: {
  take: Take
  report: Report
  timeoutMs?: number
  stalls?: { hasJustStalled(): boolean }
}): BudgetedRequests {
  const answersFirst = createAnswersFirst(take)
  return {
    options: makeRequest => ({
      makeRequest: withBudget({ makeRequest, take: answersFirst.take, report, timeoutMs, stalls }),
      timeout: LONGER_THAN_ANY_WAIT_MS,
      // Its own limit lets nobody overtake, so an answer would stand behind the counts of its process.
      globalRequestsPerSecond: Number.POSITIVE_INFINITY,
    }),
    watch: answersFirst.watch,
  }
}
