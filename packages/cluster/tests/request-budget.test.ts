import { median } from '@shardlight/bench'
import { startSandbox } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { startMemoryRequestBudget } from '../src/requests/index.ts'
import { offerLoad } from './programs/requests-parent.ts'

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
