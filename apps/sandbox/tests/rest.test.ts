import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LedgerView, MessageView } from '../src/control-api.ts'
import { BOT_ID } from '../src/world/world.ts'
import { placeIn, type RunningSandbox, runSandbox } from './running.ts'

let sandbox: RunningSandbox
beforeEach(async () => {
  sandbox = await runSandbox()
})
afterEach(() => sandbox[Symbol.asyncDispose]())

const messages = () => `/channels/${placeIn(sandbox).general.id}/messages`
const send = (body: unknown, headers: Record<string, string> = {}) =>
  sandbox.rest('POST', messages(), body, headers)
const ledger = () => sandbox.control<LedgerView>('GET', '/ledger')
const written = () => sandbox.control<MessageView[]>('GET', messages())

describe('errors', () => {
  test('401 without the bot token, counted as invalid', async () => {
    const answer = await send({ content: 'hi' }, { authorization: 'Bot wrong' })
    expect(answer).toMatchObject({ status: 401, body: { message: '401: Unauthorized', code: 0 } })
    expect((await ledger()).rest.invalid).toBe(1)
  })

  test('404 for an unknown route, counted', async () => {
    const answer = await sandbox.rest('GET', '/guilds/1/emojis')
    expect(answer).toMatchObject({ status: 404, body: { message: '404: Not Found', code: 0 } })
    expect((await fetch(`${sandbox.url}/api/v9/users/@me`)).status).toBe(404)
    expect((await ledger()).rest.unknown).toBe(2)
  })

  test('50035 for more than 2,000 characters, which names the field', async () => {
    expect((await send({ content: 'x'.repeat(2_000) })).status).toBe(200)
    const { status, body } = await send({ content: 'x'.repeat(2_001) })
    expect(status).toBe(400)
    expect(body).toEqual({
      code: 50_035,
      message: 'Invalid Form Body',
      errors: {
        content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] },
      },
    })
  })

  test.each<[string, () => Promise<unknown>, number, number]>([
    ['an empty message', () => send({ content: '' }), 400, 50_006],
    ['an unknown channel', () => sandbox.rest('POST', '/channels/1/messages', { content: 'x' }), 404, 10_003],
    ['an unknown message', () => sandbox.rest('PATCH', `${messages()}/1`, { content: 'x' }), 404, 10_008],
    ['an unknown guild', () => sandbox.rest('GET', '/guilds/1'), 404, 10_004],
    [
      'an unknown user',
      () => sandbox.rest('POST', '/users/@me/channels', { recipient_id: '1' }),
      404,
      10_013,
    ],
  ])('%s', async (_, act, status, code) => {
    expect(await act()).toMatchObject({ status, body: { code } })
  })

  test('50001 where the bot may not see, 50013 where it may not write', async () => {
    const permissions = `/channels/${placeIn(sandbox).general.id}/permissions`
    await sandbox.control('POST', permissions, { view: false })
    expect(await send({ content: 'x' })).toMatchObject({ status: 403, body: { code: 50_001 } })
    await sandbox.control('POST', permissions, { send: false })
    expect(await send({ content: 'x' })).toMatchObject({ status: 403, body: { code: 50_013 } })
    await sandbox.control('POST', permissions, {})
    expect(await send({ content: 'x' })).toMatchObject({ status: 200 })
  })

  test('50005 and 50013 for the messages of others', async () => {
    const { ada } = placeIn(sandbox)
    const { id } = await sandbox.control<MessageView>('POST', messages(), {
      authorId: ada.id,
      content: 'mine',
    })
    expect(await sandbox.rest('PATCH', `${messages()}/${id}`, { content: 'x' })).toMatchObject({
      body: { code: 50_005 },
    })
    expect(await sandbox.rest('DELETE', `${messages()}/${id}`)).toMatchObject({ body: { code: 50_013 } })
  })

  test('30046 when messages older than an hour are edited often', async () => {
    await using old = await runSandbox({ rules: { oldMessageMs: 0, oldMessageEditsPerWindow: 1 } })
    const path = `/channels/${placeIn(old).general.id}/messages`
    const { body } = await old.rest('POST', path, { content: 'x' })
    const { id } = body as { id: string }
    expect((await old.rest('PATCH', `${path}/${id}`, { content: 'y' })).status).toBe(200)
    expect(await old.rest('PATCH', `${path}/${id}`, { content: 'z' })).toMatchObject({
      status: 429,
      body: { code: 30_046 },
    })
  })
})

describe('nonces', () => {
  test('with enforce_nonce post once, and answer with the first message', async () => {
    const first = await send({ content: 'first', nonce: 'n1', enforce_nonce: true })
    const again = await send({ content: 'again', nonce: 'n1', enforce_nonce: true })
    expect(again.body).toEqual(first.body)
    expect(await written()).toMatchObject([{ content: 'first', nonce: 'n1' }])
    expect((await ledger()).rest.repeatedNonces).toBe(1)
  })

  test('without enforce_nonce are only passed on', async () => {
    await send({ content: 'first', nonce: 7 })
    await send({ content: 'again', nonce: 7 })
    expect(await written()).toHaveLength(2)
  })

  test('of a message that was deleted answer Unknown Message', async () => {
    const { body } = await send({ content: 'first', nonce: 'n1', enforce_nonce: true })
    await sandbox.control('DELETE', `/messages/${(body as { id: string }).id}`)
    expect(await send({ content: 'again', nonce: 'n1', enforce_nonce: true })).toMatchObject({
      status: 404,
      body: { code: 10_008 },
    })
  })

  test('are forgotten after some minutes, and may not be longer than 25 characters', async () => {
    await using quick = await runSandbox({ rules: { nonceMemoryMs: 0 } })
    const path = `/channels/${placeIn(quick).general.id}/messages`
    const body = { content: 'x', nonce: 'n', enforce_nonce: true }
    const [first, second] = [await quick.rest('POST', path, body), await quick.rest('POST', path, body)]
    expect((first.body as { id: string }).id).not.toBe((second.body as { id: string }).id)
    expect(await quick.rest('POST', path, { ...body, nonce: 'x'.repeat(26) })).toMatchObject({ status: 400 })
  })
})

describe('mentions', () => {
  const mentionsOf = async (allowed_mentions?: unknown) => {
    const { ada } = placeIn(sandbox)
    const { body } = await send({
      content: `<@${ada.id}> @everyone`,
      ...(allowed_mentions !== undefined && { allowed_mentions }),
    })
    const { mentions, mention_everyone } = body as { mentions: { id: string }[]; mention_everyone: boolean }
    return { users: mentions.map(({ id }) => id), everyone: mention_everyone }
  }

  test('ping whoever is named, unless allowed_mentions says otherwise', async () => {
    const { ada } = placeIn(sandbox)
    expect(await mentionsOf()).toEqual({ users: [ada.id], everyone: true })
    expect(await mentionsOf({ parse: [] })).toEqual({ users: [], everyone: false })
    expect(await mentionsOf({ parse: ['everyone'] })).toEqual({ users: [], everyone: true })
    expect(await mentionsOf({ users: [ada.id] })).toEqual({ users: [ada.id], everyone: false })
  })
})

describe('rate limits', () => {
  test('allow five messages in five seconds in a channel, as the headers say', async () => {
    const answers = []
    for (let sent = 0; sent < 6; sent++) answers.push(await send({ content: 'x' }))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
    const remaining = answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))
    expect(remaining).toEqual(['4', '3', '2', '1', '0', '0'])
    const { headers, body } = answers[5] ?? {}
    expect(headers?.get('x-ratelimit-limit')).toBe('5')
    expect(headers?.get('x-ratelimit-scope')).toBe('user')
    expect(Number(headers?.get('x-ratelimit-reset-after'))).toBeLessThanOrEqual(5)
    expect(body).toMatchObject({ message: 'You are being rate limited.', global: false })
    const other = await sandbox.rest('POST', `/channels/${placeIn(sandbox).second.id}/messages`, {
      content: 'x',
    })
    expect(other.status).toBe(200)
    expect(other.headers.get('x-ratelimit-bucket')).toBe(headers?.get('x-ratelimit-bucket'))
  })

  test('allow fifty requests a second for the bot, with scope global beyond', async () => {
    const channels = Array.from({ length: 60 }, (_, index) => `/channels/${index + 1}`)
    const answers = await Promise.all(channels.map(path => sandbox.rest('GET', path)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(50)
    expect(refused).toHaveLength(10)
    expect(refused[0]?.headers.get('x-ratelimit-scope')).toBe('global')
    expect(refused[0]?.headers.get('x-ratelimit-global')).toBe('true')
    expect(refused[0]?.body).toMatchObject({ global: true })
    expect((await ledger()).rest).toMatchObject({ invalid: 10, maxPerSecond: 60 })
  })

  test('ban whoever sends too many invalid requests', async () => {
    await using strict = await runSandbox({ rules: { invalidRequestsUntilBan: 3 } })
    const wrong = { authorization: 'Bot wrong' }
    for (let sent = 0; sent < 3; sent++) await strict.rest('GET', '/users/@me', undefined, wrong)
    const answer = await strict.rest('GET', '/users/@me')
    expect(answer).toMatchObject({ status: 429, body: 'error code: 1015' })
    expect(answer.headers.get('x-ratelimit-scope')).toBeNull()
  })
})

describe('faults of REST', () => {
  const route = 'POST /channels/:id/messages'
  const fault = (body: Record<string, unknown>) => sandbox.control('POST', '/faults', { route, ...body })

  test('rest-status answers so for so many times', async () => {
    await fault({ kind: 'rest-status', status: 503, times: 2 })
    const statuses = []
    for (let sent = 0; sent < 3; sent++) statuses.push((await send({ content: 'x' })).status)
    expect(statuses).toEqual([503, 503, 200])
    expect(await written()).toHaveLength(1)
  })

  test('rest-429 names scope and wait, and a shared one does not count as invalid', async () => {
    await fault({ kind: 'rest-429', scope: 'shared', retryAfterMs: 1_500 })
    const { status, headers, body } = await send({ content: 'x' })
    expect(status).toBe(429)
    expect(headers.get('x-ratelimit-scope')).toBe('shared')
    expect(body).toMatchObject({ retry_after: 1.5, global: false })
    expect((await ledger()).rest.invalid).toBe(0)
  })

  test('rest-delay holds answers back until the faults are taken away', async () => {
    await fault({ kind: 'rest-delay', ms: 60 })
    const since = performance.now()
    await send({ content: 'x' })
    expect(performance.now() - since).toBeGreaterThanOrEqual(59)
    await sandbox.control('DELETE', '/faults')
    expect(sandbox.core.faults.rest('rest-delay', 'POST', messages())).toBeUndefined()
  })

  test('lose-response accepts the message and loses the answer', async () => {
    await fault({ kind: 'lose-response' })
    await expect(send({ content: 'x', nonce: 'n', enforce_nonce: true })).rejects.toThrow('fetch failed')
    expect((await send({ content: 'x', nonce: 'n', enforce_nonce: true })).status).toBe(200)
    expect(await written()).toHaveLength(1)
  })

  test('name what is wrong with them', async () => {
    await expect(fault({ kind: 'rest-status', status: 503, route: 'POST /nowhere' })).rejects.toThrow(
      'route: ',
    )
    await expect(fault({ kind: 'rest-status', status: 'x' })).rejects.toThrow('status: ')
    await expect(fault({ kind: 'stream-burst' })).rejects.toThrow(
      'kind: there is no \\"stream-burst\\"; there are',
    )
  })
})

test('a slow network adds its latency to every answer', async () => {
  await sandbox.control('POST', '/settings', { latencyMs: 40 })
  const since = performance.now()
  await sandbox.rest('GET', `/users/${BOT_ID}`)
  expect(performance.now() - since).toBeGreaterThanOrEqual(39)
})
