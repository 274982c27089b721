import type { REST } from 'discord.js'
import { majorOf } from './request-route.ts'
import { isBackground, type Take } from './with-budget.ts'

const hurries = new WeakMap<REST, (major: string) => void>()

/**
 * Somebody waits now for what is still to be sent to that channel, such as the last number of a count they stopped:
 * it counts as an answer from here on.
 */
export const hurryIn = (rest: REST, channelId: bigint): void => hurries.get(rest)?.(String(channelId))

/**
 * discord.js sends the requests of a channel one after the other, so an answer would stand behind a background
 * request that waits for the budget. While an answer is wanted, what is ahead of it in its channel counts as an
 * answer too.
 */
export function createAnswersFirst(take: Take): { take: Take; watch(rest: REST): void } {
  const answersWanted = new Map<string, number>()
  const waiting = new Map<string, Set<AbortController>>()

  async function waitInBackground(major: string, ...[wish, signal]: Parameters<Take>): Promise<void> {
    const hurried = new AbortController()
    const here = waiting.get(major) ?? new Set()
    waiting.set(major, here.add(hurried))
    try {
      await take(wish, signal ? AbortSignal.any([signal, hurried.signal]) : hurried.signal)
    } catch (error) {
      if (!hurried.signal.aborted || signal?.aborted) throw error
      await take({ ...wish, importance: 'answer' }, signal)
    } finally {
      here.delete(hurried)
      if (here.size === 0) waiting.delete(major)
    }
  }

  const hurry = (major: string) => {
    for (const one of waiting.get(major) ?? []) one.abort()
  }

  return {
    async take(wish, signal) {
      const major = wish.importance === 'background' ? majorOf(wish.route.replace(/^\S+ /, '')) : undefined
      if (major === undefined) return take(wish, signal)
      if (answersWanted.has(major)) return take({ ...wish, importance: 'answer' }, signal)
      return waitInBackground(major, wish, signal)
    },
    watch(rest) {
      hurries.set(rest, hurry)
      const queueRequest = rest.queueRequest.bind(rest)
      rest.queueRequest = async request => {
        const major = isBackground(request.headers) ? undefined : majorOf(request.fullRoute)
        if (major === undefined) return queueRequest(request)
        answersWanted.set(major, (answersWanted.get(major) ?? 0) + 1)
        hurry(major)
        try {
          return await queueRequest(request)
        } finally {
          const left = (answersWanted.get(major) ?? 1) - 1
          if (left > 0) answersWanted.set(major, left)
          else answersWanted.delete(major)
        }
      }
    },
  }
}
