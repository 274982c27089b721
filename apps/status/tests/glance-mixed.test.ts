import { expect, it } from 'vitest'
import { startGlance } from './glance-server.ts'
import { PASSPHRASE, TOKEN } from './test-app.ts'

const both = { STATUS_TOKENS: `other:${TOKEN}` }

const push = (totalShards: number, ...shards: [id: number, state: number][]) => ({
  totalShards,
  process: { id: 'p0' },
  shards: shards.map(([id, state]) => ({ id, state, guilds: 5 })),
})

it('a bot may push with Glance and with a token at once: the last word counts', async () => {
  await using glance = await startGlance(both)
  expect(await glance.status('other', 0, 3)).toBe(204)
  expect((await glance.push(push(4, [0, 6], [1, 3]), { cluster: 'other' })).statusCode).toBe(204)
  expect(await glance.status('other', 2, 4)).toBe(204)
  expect(glance.states('other')).toEqual([6, 3, 4, 0])
  expect(await glance.health('other', 1)).toBe(204)
  expect(glance.registry.cluster('other')?.get(1)).toMatchObject({ guilds: 5, processId: 'p0' })
})

it('silence after pushes with a token is ended by health of Glance', async () => {
  await using glance = await startGlance(both)
  await glance.push(push(4, [0, 3]), { cluster: 'other' })
  await glance.passMs(30_000)
  expect(glance.states('other')[0]).toBe(1)
  expect(await glance.health('other', 0)).toBe(204)
  expect(glance.states('other')[0]).toBe(3)
})

it('a push that says how many shards there are moves the range of Glance along', async () => {
  await using glance = await startGlance(both)
  expect(await glance.status('other', 7, 3)).toBe(400)
  await glance.push(push(8, [0, 3]), { cluster: 'other' })
  expect(await glance.status('other', 7, 3)).toBe(204)
  await glance.push(push(2, [0, 3]), { cluster: 'other' })
  expect(await glance.status('other', 2, 3)).toBe(400)
})

it('each door takes its own key: the passphrase is no token, and the token no passphrase', async () => {
  await using glance = await startGlance(both)
  const swapped = await glance.push(push(4, [0, 3]), { cluster: 'other', token: PASSPHRASE })
  expect(swapped.statusCode).toBe(401)
  for (const authorization of [TOKEN, `Bearer ${TOKEN}`, `Bearer ${PASSPHRASE}`])
    expect((await glance.post('status/other/0/3', { authorization })).status).toBe(401)
  expect(glance.states('other')).toEqual([0, 0, 0, 0])
})

it('a cluster that has a token alone takes no push of Glance', async () => {
  await using glance = await startGlance({ STATUS_TOKENS: `ours:${TOKEN}` })
  await glance.push(push(4, [0, 3]), { cluster: 'ours' })
  expect(await glance.status('ours', 0, 3)).toBe(400)
})
