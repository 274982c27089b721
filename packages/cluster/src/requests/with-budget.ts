import { randomUUID } from 'node:crypto'
import type { RESTOptions } from 'discord.js'
import { withHttpSpan } from './http-span.ts'
import type { RequestOutcome, RequestWish } from './request-budget.ts'
import { isExempt, majorOf, pathOf, routeOf } from './request-route.ts'

export type MakeRequest = RESTOptions['makeRequest']
type Init = Parameters<MakeRequest>[1]
export type Take = (wish: RequestWish, signal?: AbortSignal) => Promise<void>
export type Report = (outcome: RequestOutcome) => void

/** Between a caller and `withBudget`, in the headers of a request; they never leave the process. */
const IMPORTANCE = 'x-shardlight-importance'
const GUILD = 'x-shardlight-guild'

/**
 * The `headers` of a request that nobody waits for: it goes when no answer waits, and guilds take turns.
 * @param guildId null for a direct message, which takes turns as its channel
 */
export const backgroundHeaders = (guildId: bigint | null): Record<string, string> => ({
  [IMPORTANCE]: 'background',
  ...(guildId !== null && { [GUILD]: String(guildId) }),
})

export const isBackground = (headers: Record<string, string> | undefined): boolean =>
  headers?.[IMPORTANCE] === 'background'

/** Takes out what is meant for the budget alone. */
function readHints({ headers: given }: Init) {
  const headers = new Headers(Object.entries(given ?? {}))
  const hints = { isInBackground: headers.get(IMPORTANCE) === 'background', guild: headers.get(GUILD) }
  for (const name of [IMPORTANCE, GUILD]) headers.delete(name)
  return { ...hints, headers: Object.fromEntries(headers) }
}

/** For a bot without a budget: what is meant for one does not leave the process either. */
export const withoutHints =
  (makeRequest: MakeRequest): MakeRequest =>
  (url, init) =>
    makeRequest(url, { ...init, headers: readHints(init).headers })

type Headers429 = { get(name: string): string | null }

/** What a 429 says; without a scope it came from the edge, which means the whole address. */
function limitOf(status: number, headers: Headers429): Pick<RequestOutcome, 'scope' | 'retryAfterMs'> {
  if (status !== 429) return {}
  const told = headers.get('x-ratelimit-scope')
  const scope = told === 'user' || told === 'shared' ? told : 'global'
  return { scope, retryAfterMs: Math.max(0, Number(headers.get('retry-after')) * 1_000) || 1_000 }
}

/** As discord.js does it: an `AbortError`, after which it tries again. */
async function withTimeout<T>(
  timeoutMs: number,
  signal: AbortSignal | null | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timeoutMs)
  try {
    return await run(signal ? AbortSignal.any([signal, late.signal]) : late.signal)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Every request asks `take` before it leaves, and tells `report` what came of it; what answers an interaction goes
 * straight through. `timeoutMs` begins when the request leaves, so discord.js's own, which would count the wait,
 * must be longer than any wait.
 */
export function withBudget({
  makeRequest,
  take,
  report,
  timeoutMs,
  stalls,
}: {
  makeRequest: MakeRequest
  take: Take
  report: Report
  timeoutMs: number
  stalls: { hasJustStalled(): boolean }
}): MakeRequest {
  /** A process that stood still has been let go meanwhile, and all of it would leave now: it asks again. */
  async function takeFresh(wish: RequestWish, signal: AbortSignal | undefined): Promise<string> {
    for (let id = wish.id; ; id = randomUUID()) {
      await take({ ...wish, id }, signal)
      if (!stalls.hasJustStalled()) return id
      report({ id, route: wish.route, status: null })
    }
  }

  return async (url, init) => {
    const { isInBackground, guild, headers } = readHints(init)
    const method = init.method ?? 'GET'
    const send = () =>
      withHttpSpan({ url, method }, () =>
        withTimeout(timeoutMs, init.signal, signal => makeRequest(url, { ...init, headers, signal })),
      )

    const path = pathOf(url)
    if (isExempt(path)) return send()
    const route = routeOf(method, path)
    const id = await takeFresh(
      {
        id: randomUUID(),
        route,
        importance: isInBackground ? 'background' : 'answer',
        fairnessKey: guild ?? majorOf(path) ?? '',
      },
      init.signal ?? undefined,
    )
    const response = await send().catch(error => {
      report({ id, route, status: null })
      throw error
    })
    const { status } = response
    report({ id, route, status, ...limitOf(status, response.headers) })
    return response
  }
}
