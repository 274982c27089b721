import { type BudgetedRequests, withoutHints } from '@shardlight/cluster/shard-process'
import { DefaultRestOptions, type RESTOptions } from 'discord.js'

const RESET_AFTER = 'x-ratelimit-reset-after'
/** Less than the whole way there and back, so that jitter does not make a request arrive before its time. */
const SHARE_OF_WAY = 0.8

/**
 * "Reset after" is told from Discord's side: by the time it is read here, and a request has gone back, the quickest
 * way there and back has passed as well. Waiting it out once more would delay every fifth number of a count that
 * uses a channel's 5 messages in 5 s to the full, and the delays would add up.
 */
export function withoutWay(makeRequest: RESTOptions['makeRequest']): RESTOptions['makeRequest'] {
  let quickestMs = Number.POSITIVE_INFINITY
  return async (url, init) => {
    const startedMs = performance.now()
    const response = await makeRequest(url, init)
    quickestMs = Math.min(quickestMs, performance.now() - startedMs)
    const told = response.headers.get(RESET_AFTER)
    if (told !== null) {
      const leftMs = Math.max(0, Number(told) * 1_000 - quickestMs * SHARE_OF_WAY)
      response.headers.set(RESET_AFTER, String(leftMs / 1_000))
    }
    return response
  }
}

/**
 * For `ClientOptions.rest`.
 * @param apiUrl such as `https://discord.com/api`
 * @param budget of the whole bot; the wait for it is no part of the way there and back
 */
export const restOptions = ({
  apiUrl,
  budget,
}: {
  apiUrl: string
  budget?: Pick<BudgetedRequests, 'options'>
}): Partial<RESTOptions> => {
  const makeRequest = withoutWay(DefaultRestOptions.makeRequest)
  return {
    api: apiUrl,
    // Otherwise 50 ms are waited on top of each rate limit, twice.
    offset: 0,
    ...(budget ? budget.options(makeRequest) : { makeRequest: withoutHints(makeRequest) }),
  }
}
