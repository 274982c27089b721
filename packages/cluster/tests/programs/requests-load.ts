import { setTimeout as sleep } from 'node:timers/promises'
import { runProcess } from '@shardlight/service'
import { DefaultRestOptions, REST, Routes } from 'discord.js'
import { backgroundHeaders, createBudgetedRequests } from '../../src/shard-process.ts'
import { type FromLoad, type ToLoad, toLoad } from './requests-messages.ts'

const OFFERED_PER_SECOND = 50
/** One request in this many answers somebody. */
const ANSWER_EVERY = 20
/** What is on its way at the end may still arrive. */
const LAST_ANSWERS_MS = 1_000

const tell = (message: FromLoad) => void process.send?.(message)
const grants = new Map<string, { resolve: () => void; reject: (error: unknown) => void }>()

const budgeted = createBudgetedRequests({
  take(wish) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    grants.set(wish.id, { resolve, reject })
    tell({ kind: 'take', wish })
    return promise
  },
  report: outcome => tell({ kind: 'report', outcome }),
})

/** A process that offers 50 requests a second by discord.js, with the budget of its parent or without. */
async function load({ seconds, hasBudget, channels, answerChannels }: Extract<ToLoad, { kind: 'start' }>) {
  const rest = new REST({
    api: process.env['DISCORD_API_URL'] ?? '',
    offset: 0,
    ...(hasBudget && budgeted.options(DefaultRestOptions.makeRequest)),
  }).setToken(process.env['DISCORD_TOKEN'] ?? '')
  if (hasBudget) budgeted.watch(rest)
  const answersMs: number[] = []
  const backgroundMs: number[] = []
  let failed = 0

  async function offer(n: number): Promise<void> {
    const isAnswer = n % ANSWER_EVERY === 0
    const among = isAnswer ? answerChannels : channels
    const channel = among[(isAnswer ? n / ANSWER_EVERY : n) % among.length] ?? ''
    const askedMs = performance.now()
    try {
      await rest.post(Routes.channelMessages(channel), {
        body: { content: String(n) },
        ...(!isAnswer && { headers: backgroundHeaders(BigInt(channel)) }),
      })
      ;(isAnswer ? answersMs : backgroundMs).push(performance.now() - askedMs)
    } catch {
      failed += 1
    }
  }

  const startedMs = performance.now()
  for (let n = 0; n < seconds * OFFERED_PER_SECOND; n += 1) {
    void offer(n)
    await sleep(Math.max(0, startedMs + (n * 1_000) / OFFERED_PER_SECOND - performance.now()))
  }
  await sleep(LAST_ANSWERS_MS)
  tell({ kind: 'done', answersMs, backgroundMs, failed })
}

runProcess('load', async ({ end }) => {
  process.on('message', raw => {
    const message = toLoad.parse(raw)
    if (message.kind === 'start') load(message).catch(end)
    else if (message.kind === 'granted') grants.get(message.id)?.resolve()
    else grants.get(message.id)?.reject(new Error(message.reason))
  })
  process.once('disconnect', () => end(new Error('the parent is gone')))
  tell({ kind: 'ready' })
  return { async [Symbol.asyncDispose]() {} }
})
