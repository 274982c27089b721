import { describe, expect, it } from 'vitest'
import { startGlance } from './glance-server.ts'
import { PASSPHRASE } from './test-app.ts'

const errorOf = (text: string): unknown => JSON.parse(text).error

describe("what Glance's push API answers, and this one too", () => {
  it('204 and nothing more to a status, with the raw passphrase in Authorization', async () => {
    await using glance = await startGlance()
    const answer = await glance.post('status/main/0/3', { authorization: PASSPHRASE })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(glance.states('main')[0]).toBe(3)
  })

  it('204 and nothing more to health', async () => {
    await using glance = await startGlance()
    await glance.status('main', 59, 3)
    const answer = await glance.post('health/main/59')
    expect([answer.status, answer.text]).toEqual([204, ''])
  })

  it('204 to each of the seven states', async () => {
    await using glance = await startGlance()
    for (let state = 0; state <= 6; state += 1) {
      expect(await glance.status('other', 1, state)).toBe(204)
      expect(glance.states('other')[1]).toBe(state)
    }
  })

  it('400 and {error} to a cluster that is not in GLANCE_BOTS', async () => {
    await using glance = await startGlance()
    for (const path of ['status/nobody/0/3', 'health/nobody/0']) {
      const { status, text } = await glance.post(path)
      expect([status, errorOf(text)]).toEqual([400, "cluster 'nobody' does not exist"])
    }
  })

  it('400 and {error} to a shard out of range, the first of which is as many as there are', async () => {
    await using glance = await startGlance()
    for (const path of ['status/main/60/3', 'health/main/60', 'status/other/4/3', 'status/main/-1/3']) {
      const { status, text } = await glance.post(path)
      expect(status).toBe(400)
      expect(errorOf(text)).toContain('falls outside the range of valid shards on cluster')
    }
  })

  it('401 and {error} to a wrong passphrase, before it says whether there is such a cluster', async () => {
    await using glance = await startGlance()
    for (const path of ['status/main/0/3', 'health/main/0', 'status/nobody/0/3']) {
      const { status, text } = await glance.post(path, { authorization: 'close sesame' })
      expect([status, errorOf(text)]).toEqual([401, expect.any(String)])
    }
    expect(glance.states('main')[0]).toBe(0)
  })

  it('409 and {error} to health of a shard that never sent a status, so that the bot sends one', async () => {
    await using glance = await startGlance()
    const { status, text } = await glance.post('health/other/2')
    expect(status).toBe(409)
    expect(errorOf(text)).toContain('not known to the system yet, please populate your status')
    expect(glance.states('other')[2]).toBe(0)
    await glance.status('other', 2, 4)
    expect(await glance.health('other', 2)).toBe(204)
  })

  it('nothing about what the body or its type is', async () => {
    await using glance = await startGlance()
    for (const contentType of ['application/json', 'application/octet-stream', 'text/plain'])
      expect(
        (
          await glance.post('status/main/7/3', {
            authorization: PASSPHRASE,
            'content-type': contentType,
          })
        ).status,
      ).toBe(204)
  })
})

describe("where the push API differs from Glance's on purpose", () => {
  it('a missing Authorization is 401 and not 500', async () => {
    await using glance = await startGlance()
    const { status, text } = await glance.post('status/main/0/3', {})
    expect([status, errorOf(text)]).toEqual([401, expect.stringContaining('passphrase')])
  })

  it('a state that does not exist, such as 99, is refused and not kept', async () => {
    await using glance = await startGlance()
    for (const state of ['7', '99', '-1', 'x', '3.0'])
      expect((await glance.post(`status/main/0/${state}`)).status).toBe(400)
    expect(glance.states('main')[0]).toBe(0)
  })

  it('a shard id that is no number is 400 with a reason and not 404', async () => {
    await using glance = await startGlance()
    expect((await glance.post('status/main/x/3')).status).toBe(400)
    expect((await glance.post('health/main/1e1')).status).toBe(400)
  })

  it('an error says more than {error}: it is a problem of RFC 9457, and still JSON with that key', async () => {
    await using glance = await startGlance()
    const { headers, text } = await glance.post('status/main/60/3')
    expect(headers.get('content-type')).toMatch(/^application\/(problem\+)?json/)
    expect(JSON.parse(text)).toMatchObject({ status: 400, error: expect.any(String) })
  })

  it('a cluster without a passphrase is refused at the start, where Glance let everybody push', async () => {
    await expect(startGlance({ GLANCE_PASSPHRASE: '' })).rejects.toThrow('GLANCE_PASSPHRASE is not set')
  })

  it('Offline and Stopping do not turn Unhealthy in silence, as Online does', async () => {
    await using glance = await startGlance()
    for (const [shard, state] of [2, 5, 3, 4].entries()) await glance.status('other', shard, state)
    await glance.passMs(30_000)
    expect(glance.states('other')).toEqual([2, 5, 1, 1])
  })

  it('health says of a shard whose state is Unknown that it is Online', async () => {
    await using glance = await startGlance()
    await glance.status('other', 0, 0)
    expect(await glance.health('other', 0)).toBe(204)
    expect(glance.states('other')[0]).toBe(3)
  })
})
