import { eventually } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { hangUp, OTHER_SECRET, SECRET, silence, startReceiver, status } from './webhook-receiver.ts'
import { comeBack, goDown, memoryStores, SLOW, startReplica, targetsOf } from './webhook-replicas.ts'

const TIMES = { timeout: 120_000 }

/** One replica with its progress in memory, and one receiver. */
async function startTest({ options = '', secret = SECRET, groupMs = 400 } = {}) {
  await using opened = new AsyncDisposableStack()
  const receiver = opened.use(await startReceiver())
  const stores = memoryStores()
  const replica = opened.use(
    await startReplica(stores, targetsOf(`ops=${receiver.url}${options}`, secret), { groupMs }),
  )
  const stack = opened.move()
  return {
    receiver,
    ...stores,
    metrics: () => replica.metrics.metrics(),
    progress: () => stores.store.read('ops'),
    /** Until all that was written is dealt with. */
    settled: () =>
      eventually(
        'all is told',
        async () => {
          const progress = await stores.store.read('ops')
          return progress?.message === null && progress.cursor === (await stores.incidents.lastUpdateId())
        },
        SLOW,
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

describe('what a webhook tells', TIMES, () => {
  it('one process with all its shards in one, signed, and its end in another', async () => {
    await using test = await startTest()
    const opened = await goDown(test.incidents, '3')
    await test.settled()
    await comeBack(test.incidents, ...opened)
    await test.settled()
    expect(
      test.receiver
        .told()
        .map(incidents => incidents.map(({ title, status: now, shards }) => [title, now, shards])),
    ).toEqual([
      [['Process 3 is down', 'investigating', [[48, 63]]]],
      [['Process 3 was down', 'resolved', [[48, 63]]]],
    ])
    expect(new Set(test.receiver.ids()).size).toBe(2)
  })

  it('several processes that go down together in one message, also when they are noticed one by one', async () => {
    await using test = await startTest({ groupMs: 2_000 })
    await goDown(test.incidents, '1', '2')
    await eventually('it waits for more', async () => (await test.progress())?.isGrouping, SLOW)
    await goDown(test.incidents, '3')
    await test.settled()
    expect(test.receiver.titles()).toEqual([['Process 1 is down', 'Process 2 is down', 'Process 3 is down']])
  })

  it('an outage that is over at once as one that is over, and not twice', async () => {
    await using test = await startTest()
    await comeBack(test.incidents, ...(await goDown(test.incidents, '3')))
    await test.settled()
    expect(test.receiver.titles()).toEqual([['Process 3 was down']])
  })

  it('nothing that happened before the target was named', async () => {
    await using receiver = await startReceiver()
    const stores = memoryStores()
    await goDown(stores.incidents, 'before')
    await using _ = await startReplica(stores, targetsOf(`ops=${receiver.url}`))
    await goDown(stores.incidents, 'after')
    await eventually('it is told', () => receiver.received.length > 0, SLOW)
    expect(receiver.titles()).toEqual([['Process after is down']])
  })

  it('nothing of other clusters, nor of what is less grave, where the target says so', async () => {
    await using test = await startTest({ options: '#cluster=main&impact=critical' })
    await goDown(test.incidents, '3')
    await test.settled()
    expect(test.receiver.received).toEqual([])
  })

  it('with the signature of each secret while one is replaced', async () => {
    await using test = await startTest({ secret: `${SECRET} ${OTHER_SECRET}` })
    await goDown(test.incidents, '3')
    await test.settled()
    expect(test.receiver.told(SECRET)).toEqual(test.receiver.told(OTHER_SECRET))
    expect(() => test.receiver.told(`whsec_${'B'.repeat(32)}`)).toThrow('none of the secrets')
  })

  it('to Discord embeds that mention nobody, and waits for what came of it', async () => {
    await using receiver = await startReceiver()
    const stores = memoryStores()
    await using _ = await startReplica(stores, targetsOf(`ops=discord:${receiver.url}?thread_id=5`))
    await goDown(stores.incidents, '@everyone')
    await eventually('it is told', () => receiver.received.length > 0, SLOW)
    const [{ path, text, headers }] = [receiver.received[0] ?? { path: '', text: '', headers: {} }]
    expect(path).toBe('/hooks/a-secret-path?thread_id=5&wait=true')
    expect(headers).not.toHaveProperty('webhook-signature')
    expect(JSON.parse(text)).toMatchObject({
      embeds: [{ title: 'Process \\@everyone is down' }],
      allowed_mentions: { parse: [] },
    })
  })
})

describe('a target that fails', TIMES, () => {
  it.each([
    ['answers 500', status(500)],
    ['hangs up', hangUp],
    ['says nothing', silence],
    ['answers 429 and when to come again', status(429, { 'retry-after': '0.05' })],
    ['answers 429 as Discord does', status(429, {}, '{"message":"slow down","retry_after":0.05}')],
    ['answers 408', status(408)],
  ])('%s is sent the same message again, with the same id, until it takes it', async (_, answer) => {
    await using test = await startTest()
    test.receiver.answerNext(answer, answer)
    await goDown(test.incidents, '3')
    await test.settled()
    expect(test.receiver.received).toHaveLength(3)
    expect(new Set(test.receiver.ids()).size).toBe(1)
    expect(new Set(test.receiver.received.map(({ text }) => text)).size).toBe(1)
    expect(await test.metrics()).toContain('webhook_attempts_total{target="ops",result="failed"} 2')
    expect(await test.metrics()).toContain('webhook_attempts_total{target="ops",result="sent"} 1')
  })

  it('refuses a message five times is not sent that one again, but those that follow', async () => {
    await using test = await startTest()
    test.receiver.answerAlways(status(400))
    await goDown(test.incidents, '3')
    await test.settled()
    expect(test.receiver.received).toHaveLength(5)
    test.receiver.answerAlways(status(200))
    await goDown(test.incidents, '4')
    await test.settled()
    expect(test.receiver.titles().slice(5)).toEqual([['Process 4 is down']])
    expect(await test.metrics()).toContain('webhook_attempts_total{target="ops",result="given-up"} 1')
  })

  it('leads elsewhere is not followed there', async () => {
    await using elsewhere = await startReceiver()
    await using test = await startTest()
    test.receiver.answerAlways(status(307, { location: elsewhere.url }))
    await goDown(test.incidents, '3')
    await test.settled()
    expect([test.receiver.received.length, elsewhere.received.length]).toEqual([5, 0])
  })

  it('is gone is sent nothing more, and that is to be seen', async () => {
    await using test = await startTest()
    test.receiver.answerAlways(status(410))
    await goDown(test.incidents, '3')
    await eventually('it is disabled', async () => (await test.progress())?.disabled, SLOW)
    await goDown(test.incidents, '4')
    await eventually(
      'the metric says so',
      async () => (await test.metrics()).includes('webhook_disabled{target="ops"} 1'),
      SLOW,
    )
    expect(test.receiver.received).toHaveLength(1)
  })

  it('answers without end is cut off, and has taken the message', async () => {
    await using test = await startTest()
    test.receiver.answerNext(response => {
      response.writeHead(200)
      const pour = () => void (response.destroyed || response.write('x'.repeat(65_536), pour))
      pour()
    })
    await goDown(test.incidents, '3')
    await test.settled()
    expect(test.receiver.received).toHaveLength(1)
  })

  it('hangs keeps no other waiting', async () => {
    await using hanging = await startReceiver()
    await using well = await startReceiver()
    hanging.answerAlways(silence)
    const stores = memoryStores()
    const targets = targetsOf(`hanging=${hanging.url} well=${well.url}`)
    await using replica = await startReplica(stores, targets, { timeoutMs: 3_600_000 })
    await goDown(stores.incidents, '3')
    await eventually('the other is told', () => well.received.length === 1, SLOW)
    await goDown(stores.incidents, '4')
    await eventually('and told again', () => well.received.length === 2, SLOW)
    expect(hanging.received.length).toBeLessThanOrEqual(1)
    expect(await replica.metrics.metrics()).toContain('webhook_waiting{target="hanging"} 1')
  })

  it('is told in one message what piled up meanwhile', async () => {
    await using test = await startTest()
    test.receiver.answerAlways(status(503))
    const opened = await goDown(test.incidents, '1')
    await eventually('it was tried', () => test.receiver.received.length > 0, SLOW)
    await comeBack(test.incidents, ...opened)
    await goDown(test.incidents, '2', '3')
    const before = test.receiver.received.length
    test.receiver.answerAlways(status(204))
    await test.settled()
    const since = test.receiver.titles().slice(before)
    expect(since.at(-1)).toEqual(['Process 1 was down', 'Process 2 is down', 'Process 3 is down'])
  })
})
