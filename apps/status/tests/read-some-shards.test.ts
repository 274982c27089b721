import { clusterAnswerSchema } from '@shardlight/status-client'
import { expect, it } from 'vitest'
import { createTestApp } from './test-app.ts'

it('tells of those shards that are asked for and exist, in the order of the question', async () => {
  await using test = await createTestApp()
  await test.push({ totalShards: 8, process: { id: 'p' }, shards: [{ id: 5, state: 3, pingMs: 41 }] })
  const answer = await test.app.inject('/api/v2/clusters/main?ids=5,2,99')
  const { shards, states } = clusterAnswerSchema.parse(answer.json())
  expect(shards?.map(({ id, state, pingMs }) => [id, state, pingMs])).toEqual([
    [5, 3, 41],
    [2, 0, null],
  ])
  expect(states).toBe('00000300')
})

it.each(['', 'x', '1,', '-1', '1.5', '1&ids=2', Array(201).fill(1).join()])('refuses ?ids=%s', async ids => {
  await using test = await createTestApp()
  expect((await test.app.inject(`/api/v2/clusters/main?ids=${ids}`)).statusCode).toBe(400)
})
