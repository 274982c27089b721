import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '@shardlight/bench'
import { monotonicClock } from '@shardlight/service'
import { type Sandbox, startSandbox } from '@shardlight/testing'
import { DefaultRestOptions, REST, Routes } from 'discord.js'
import { expect, it } from 'vitest'
import {
  type RequestBudget,
  startMemoryRequestBudget,
  TooManyInvalidRequestsError,
} from '../src/requests/index.ts'
import { createMemorySlots } from '../src/requests/memory-slots.ts'
import { LIMITS } from '../src/requests/slots.ts'
import { startRequestBudget } from '../src/requests/start-request-budget.ts'
import { createBudgetedRequests, keepToken } from '../src/shard-process.ts'
import { offerLoad } from './programs/requests-parent.ts'

/** As one shard process has it; several may share a budget. */
function createRest(sandbox: Sandbox, budget: RequestBudget): REST {
  const requests = createBudgetedRequests(budget)
  const rest = new REST({ api: sandbox.apiUrl, ...requests.options(DefaultRestOptions.makeRequest) })
  requests.watch(rest)
  keepToken(rest, sandbox.token)
  return rest
}

it('lets eight processes that offer 400 requests a second send no more than Discord takes, answers first', async () => {
  await using sandbox = await startSandbox({ guilds: 480 })
  await using budget = startMemoryRequestBudget()
  const { answersMs, backgroundMs, failed } = await offerLoad({ sandbox, budget, processes: 8, seconds: 10 })

  const { rest } = await sandbox.ledger()
  expect(rest.maxPerSecond).toBeLessThanOrEqual(50)
  expect(rest.byStatus['429']).toBeUndefined()
  expect(failed).toBe(0)
  // All that was asked for people is answered, though nearly nine in ten of the requests could not leave.
  expect(answersMs).toHaveLength(8 * 25)
  expect(rest.total).toBeGreaterThan(300)
  expect(median(answersMs)).toBeLessThan(median(backgroundMs))
}, 90_000)

it('lets no more go when processes that stood still for seconds go on', async () => {
  await using sandbox = await startSandbox({ guilds: 240 })
  await using budget = startMemoryRequestBudget()
  await offerLoad({
    sandbox,
    budget,
    processes: 4,
    seconds: 9,
    async meanwhile([first = 0, second = 0]) {
      await sleep(2_000)
      for (const pid of [first, second]) process.kill(pid, 'SIGSTOP')
      await sleep(3_000)
      for (const pid of [first, second]) process.kill(pid, 'SIGCONT')
    },
  })
  const { rest } = await sandbox.ledger()
  expect(rest.maxPerSecond).toBeLessThanOrEqual(50)
  expect(rest.byStatus['429']).toBeUndefined()
}, 90_000)

it.each(['user', 'shared', 'global'] as const)(
  'keeps other processes from a route that got a 429 of scope "%s", and from no more than that',
  async scope => {
    await using sandbox = await startSandbox({ guilds: 2 })
    await using budget = startMemoryRequestBudget()
    const [first, second] = [createRest(sandbox, budget), createRest(sandbox, budget)]
    const [here = '', elsewhere = ''] = (await sandbox.world()).guilds.map(
      guild => guild.channels[0]?.id ?? '',
    )
    const fault = { kind: 'rest-429', route: `POST /channels/${here}/messages`, scope, retryAfterMs: 2_000 }
    await sandbox.control('POST', '/sandbox/faults', { ...fault, times: 1 })

    const done: string[] = []
    const post = (name: string, rest: REST, channel: string) =>
      rest.post(Routes.channelMessages(channel), { body: { content: name } }).then(() => done.push(name))
    const posting = [post('refused', first, here)]
    // When the first process knows, so does the budget.
    await new Promise(resolve => first.once('response', resolve))
    const sinceMs = performance.now()
    posting.push(post('blocked', second, here))
    const free = post('elsewhere', second, elsewhere).then(() => performance.now() - sinceMs)
    await Promise.all([...posting, free])

    const { rest } = await sandbox.ledger()
    expect(rest.byStatus['429']).toBe(1)
    if (scope === 'global') expect(await free).toBeGreaterThan(1_900)
    else expect(done[0]).toBe('elsewhere')
  },
)

it('ends a storm of 401s long before Discord would ban the address', async () => {
  await using sandbox = await startSandbox({ guilds: 1 })
  const slots = createMemorySlots({ clock: monotonicClock, limits: { ...LIMITS, invalidMost: 100 } })
  await using budget = startRequestBudget({ slots, clock: monotonicClock })
  const rest = createRest(sandbox, budget)
  const fault = { kind: 'rest-status', route: 'GET /users/@me', status: 401, times: 1_000 }
  await sandbox.control('POST', '/sandbox/faults', fault)

  let last: unknown
  while (!(last instanceof TooManyInvalidRequestsError)) {
    const asking = Array.from({ length: 10 }, () => rest.get('/users/@me'))
    const outcomes = await Promise.allSettled(asking)
    last = outcomes.map(outcome => (outcome.status === 'rejected' ? outcome.reason : undefined)).at(-1)
  }
  expect(last.message).toContain('100 × 401')
  expect((await sandbox.ledger()).rest.invalid).toBeLessThanOrEqual(100 + LIMITS.slots)
  expect(budget.view().breakerOpenForMs).toBeGreaterThan(500_000)
})
