import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type NoticesPush, ShardState } from '@shardlight/shard-registry'
import { eventually } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { startNotices } from './start-notices.ts'
import { startPushing } from './start-pushing.ts'
import { createStatusClient, type ProcessPush } from './status-client.ts'

const { Online, Unhealthy, Resuming } = ShardState

const pushOf = (id: string, ...shards: [id: number, state: ShardState][]): ProcessPush => ({
  totalShards: 8,
  process: { id },
  shards: shards.map(([shard, state]) => ({ id: shard, state })),
})

const noticesOf = (...texts: string[]): NoticesPush => ({
  source: 'manager',
  notices: texts.map((text, id) => ({ id: String(id), level: 'info', text })),
})

type Received = {
  method: string | undefined
  url: string | undefined
  authorization: string | undefined
  body: unknown
}

/** An HTTP server that keeps what it got, and answers when and as the test wants. */
async function startReceiver(port = 0) {
  const received: Received[] = []
  let answer: (response: ServerResponse) => void = response => void response.writeHead(204).end()
  const server = createServer((request: IncomingMessage, response) => {
    let text = ''
    request.on('data', part => {
      text += part
    })
    request.on('end', () => {
      const { authorization } = request.headers
      received.push({ method: request.method, url: request.url, authorization, body: JSON.parse(text) })
      answer(response)
    })
  })
  await new Promise<void>(listening => server.listen(port, '127.0.0.1', listening))
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : 0
  return {
    received,
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    answerWith(next: (response: ServerResponse) => void) {
      answer = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}

const clientOf = (url: string, more: Partial<Parameters<typeof createStatusClient>[0]> = {}) =>
  createStatusClient({ url, token: 'secret', cluster: 'main', timeoutMs: 60_000, ...more })

describe('the status client', () => {
  it('pushes to its cluster with its token', async () => {
    await using receiver = await startReceiver()
    await using client = clientOf(receiver.url)
    await client.push(pushOf('a', [0, Online]))
    expect(receiver.received).toEqual([
      {
        method: 'POST',
        url: '/api/v2/clusters/main/shards',
        authorization: 'Bearer secret',
        body: pushOf('a', [0, Online]),
      },
    ])
  })

  it('has one push under way, and joins what comes meanwhile: the newest of each shard wins', async () => {
    await using receiver = await startReceiver()
    const held: ServerResponse[] = []
    receiver.answerWith(response => held.push(response))
    await using client = clientOf(receiver.url)
    const first = client.push(pushOf('a', [0, Online]))
    await eventually('the first push is there', () => receiver.received.length === 1)
    const later = [
      client.push(pushOf('a', [0, Resuming], [1, Online])),
      client.push(pushOf('a', [0, Online])),
      client.push(pushOf('b', [4, Unhealthy])),
    ]
    receiver.answerWith(response => response.writeHead(204).end())
    held[0]?.writeHead(204).end()
    await Promise.all([first, ...later])
    expect(receiver.received.slice(1).map(({ body }) => body)).toEqual([
      pushOf('a', [0, Online], [1, Online]),
      pushOf('b', [4, Unhealthy]),
    ])
  })

  it('never rejects, and tells of an outage and of its end once each', async () => {
    const outages: string[] = []
    let recoveries = 0
    const first = await startReceiver()
    await using client = clientOf(first.url, {
      onOutage: error => outages.push(error.message),
      onRecovery: () => {
        recoveries += 1
      },
    })
    await client.push(pushOf('a', [0, Online]))
    await first[Symbol.asyncDispose]()
    await client.push(pushOf('a', [0, Online]))
    await client.push(pushOf('a', [0, Online]))
    expect(outages).toEqual([`cannot push to ${first.url}`])
    await using _second = await startReceiver(first.port)
    await client.push(pushOf('a', [0, Online]))
    await client.push(pushOf('a', [0, Online]))
    expect([outages.length, recoveries]).toEqual([1, 1])
  })

  it('gives up on an API that does not answer', async () => {
    await using receiver = await startReceiver()
    const causes: unknown[] = []
    await using client = clientOf(receiver.url, {
      timeoutMs: 50,
      onOutage: ({ cause }) => causes.push(cause),
    })
    receiver.answerWith(() => {})
    await client.push(pushOf('a', [0, Online]))
    expect(causes).toEqual([expect.objectContaining({ name: 'TimeoutError' })])
  })

  it('says what an API that refuses has said, each time after it was good', async () => {
    await using receiver = await startReceiver()
    const causes: unknown[] = []
    await using client = clientOf(receiver.url, { onOutage: ({ cause }) => causes.push(cause) })
    for (const error of ['wrong token', 'still wrong']) {
      receiver.answerWith(response => response.writeHead(401).end(JSON.stringify({ error })))
      await client.push(pushOf('a', [0, Online]))
      expect(String(causes.at(-1))).toContain(`401: {"error":"${error}"}`)
      receiver.answerWith(response => response.writeHead(204).end())
      await client.push(pushOf('a', [0, Online]))
    }
    expect(causes).toHaveLength(2)
  })
})

describe('notices', () => {
  it('go to their cluster, the newest of each source alone where several wait', async () => {
    await using receiver = await startReceiver()
    await using client = clientOf(receiver.url)
    const other: NoticesPush = { source: 'watch', notices: [] }
    await Promise.all([
      client.setNotices(noticesOf('1 of 8 ready')),
      client.setNotices(other),
      client.setNotices(noticesOf('2 of 8 ready')),
    ])
    const to = { method: 'PUT', url: '/api/v2/clusters/main/notices', authorization: 'Bearer secret' }
    expect(receiver.received).toEqual([
      { ...to, body: noticesOf('2 of 8 ready') },
      { ...to, body: other },
    ])
  })

  it('are told at once, again and again, when told to, and taken down at the end', async () => {
    await using receiver = await startReceiver()
    await using client = clientOf(receiver.url)
    let text = '1 of 8 ready'
    const bodies = () => receiver.received.map(({ body }) => body)
    {
      await using noticing = startNotices({
        client,
        source: 'manager',
        read: () => noticesOf(text).notices,
        intervalMs: 20,
      })
      await eventually('three times', () => receiver.received.length >= 3)
      expect(bodies().at(-1)).toEqual(noticesOf('1 of 8 ready'))
      text = '2 of 8 ready'
      await noticing.tellNow()
      expect(bodies().at(-1)).toEqual(noticesOf('2 of 8 ready'))
    }
    expect(bodies().at(-1)).toEqual(noticesOf())
  })
})

describe('pushing', () => {
  it('pushes at once, then every interval, and when told to', async () => {
    await using receiver = await startReceiver()
    await using client = clientOf(receiver.url)
    let state: ShardState = Resuming
    await using pushing = startPushing({ client, read: () => pushOf('a', [0, state]), intervalMs: 20 })
    await eventually('three pushes', () => receiver.received.length >= 3)
    state = Online
    await pushing.pushNow()
    expect(receiver.received.at(-1)?.body).toEqual(pushOf('a', [0, Online]))
  })

  it('pushes nothing where there is nothing to tell', async () => {
    await using receiver = await startReceiver()
    await using client = clientOf(receiver.url)
    await using pushing = startPushing({ client, read: () => undefined })
    await pushing.pushNow()
    expect(receiver.received).toEqual([])
  })
})
