import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { eventually } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { FrameLog } from './frame-log.ts'
import { createSnapshots } from './snapshots.ts'
import { MOST_QUEUED_BYTES } from './viewer.ts'
import { createViewers } from './viewers.ts'

const KIB = 1024
const HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n')

/** Viewers on real connections, whose other ends read when the test says so, and answer no ping. */
async function createTestViewers({ snapshotBytes = 20, pingIntervalMs = 60_000 } = {}) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const log = new FrameLog({ mostEntries: 50, mostBytes: 64 * 1024 * KIB })
  const make = () => [Buffer.from(`snapshot at ${log.seq};`.padEnd(snapshotBytes, '.'))]
  const snapshots = createSnapshots({ log, make })
  let slow = 0
  const onSlow = () => {
    slow += 1
  }
  const viewers = createViewers({ log, snapshots, pingIntervalMs, onSlow })
  const readers: Socket[] = []
  return {
    log,
    viewers,
    slow: () => slow,
    tell(text: string, bytes = 0) {
      log.append([Buffer.from(text.padEnd(bytes, '.'))])
      viewers.advance()
    },
    async open(from?: number) {
      const joined: Promise<WebSocket> = new Promise(resolve => server.once('connection', resolve))
      const reader = connect(port, '127.0.0.1')
      readers.push(reader)
      reader.write(HANDSHAKE)
      reader.pause()
      const socket = await joined
      const position = from === undefined ? undefined : { epoch: log.position.epoch, seq: from }
      viewers.add(socket, { first: [Buffer.from('hello;')], from: position })
      let text = ''
      let most = 0
      reader.on('data', data => {
        text += data.toString('latin1')
      })
      reader.on('error', () => {})
      reader.pause()
      return {
        socket,
        reader,
        /** What was told, in the order in which it arrived. */
        words: () => text.match(/hello|snapshot at \d+|(?:change|beat) \w+/g) ?? [],
        bytes: () => text.length,
        mostQueued() {
          most = Math.max(most, socket.bufferedAmount)
          return most
        },
      }
    },
    async [Symbol.asyncDispose]() {
      for (const reader of readers) reader.destroy()
      await viewers[Symbol.asyncDispose]()
      await new Promise(closed => server.close(closed))
    },
  }
}

it('gives a new viewer its first frame and a snapshot, and then what follows', async () => {
  await using test = await createTestViewers()
  test.tell('change 1')
  const viewer = await test.open()
  viewer.reader.resume()
  test.tell('change 2')
  test.viewers.offer(Buffer.from('beat a'))
  await eventually('all is there', () => viewer.words().length === 4)
  expect(viewer.words()).toEqual(['hello', 'snapshot at 1', 'change 2', 'beat a'])
})

it('queues a bounded part for who does not read, then a snapshot, and then what follows without a gap', async () => {
  await using test = await createTestViewers({ snapshotBytes: 60 * KIB })
  const viewer = await test.open()
  let told = 0
  const tell = () => {
    told += 1
    test.tell(`change ${told}`, 50 * KIB)
    return viewer.mostQueued() > 100 * KIB
  }
  await eventually('its line is full', tell, { everyMs: 1 })
  for (let more = 0; more < 200; more += 1) tell()
  expect(viewer.mostQueued()).toBeLessThanOrEqual(MOST_QUEUED_BYTES)
  expect(test.slow()).toBe(0)

  viewer.reader.resume()
  await eventually('it has caught up', () => viewer.words().at(-1) === `snapshot at ${told}`)
  expect(test.slow()).toBe(1)
  expect(viewer.words()).not.toContain(`change ${told}`)
  test.tell('change after')
  await eventually('it is told what follows', () => viewer.words().at(-1) === 'change after')
})

it('gives who was slow for a moment what it missed, where that is shorter than a snapshot', async () => {
  await using test = await createTestViewers({ snapshotBytes: 8 * 1024 * KIB })
  const viewer = await test.open()
  await eventually('the snapshot fills its line', () => viewer.mostQueued() > 100 * KIB)
  for (let change = 1; change <= 20; change += 1) test.tell(`change ${change}`)
  expect(viewer.mostQueued()).toBeLessThanOrEqual(MOST_QUEUED_BYTES)
  viewer.reader.resume()
  await eventually('it has caught up', () => viewer.words().at(-1) === 'change 20')
  expect(viewer.words()).toHaveLength(22)
  expect(viewer.bytes()).toBeGreaterThan(8 * 1024 * KIB)
  expect(test.slow()).toBe(0)
})

it('goes on where a viewer stood, unless that is longer than a snapshot or no longer known', async () => {
  await using test = await createTestViewers({ snapshotBytes: 6 * KIB })
  for (let change = 1; change <= 60; change += 1) test.tell(`change ${change}`, KIB)
  const [few, many, unknown] = [await test.open(58), await test.open(50), await test.open(3)]
  for (const { reader } of [few, many, unknown]) reader.resume()
  await eventually('all have something', () => [few, many, unknown].every(({ words }) => words().length > 1))
  expect(few.words()).toEqual(['hello', 'change 59', 'change 60'])
  expect(many.words()).toEqual(['hello', 'snapshot at 60'])
  expect(unknown.words()).toEqual(['hello', 'snapshot at 60'])
})

it('sends a snapshot in place of a change that is longer', async () => {
  await using test = await createTestViewers()
  const viewer = await test.open(0)
  viewer.reader.resume()
  test.tell('change 1', 5 * KIB)
  await eventually('it is told', () => viewer.words().length === 2)
  expect(viewer.words()).toEqual(['hello', 'snapshot at 1'])
  expect(test.slow()).toBe(0)
})

it('ends who neither reads nor answers, and not who reads slowly', async () => {
  await using test = await createTestViewers({ snapshotBytes: 64 * 1024 * KIB, pingIntervalMs: 100 })
  const isEnded = ({ socket }: { socket: WebSocket }) => socket.readyState === socket.CLOSED
  const slow = await test.open()
  // What lies in the system's buffers must be read before anything can be seen to leave this process.
  const sips = setInterval(() => slow.reader.read(), 3)
  for (const dead of [await test.open(), await test.open()])
    await eventually('the dead one is ended', () => isEnded(dead))
  const last = await test.open()
  await eventually('one that came later is ended', () => isEnded(last))
  expect(slow.socket.readyState).toBe(slow.socket.OPEN)
  clearInterval(sips)
  expect(test.viewers.size).toBe(1)
})

it('takes leave even of who does not read', async () => {
  await using test = await createTestViewers({ snapshotBytes: 8 * 1024 * KIB })
  const viewer = await test.open()
  await test.viewers[Symbol.asyncDispose]()
  expect(viewer.socket.readyState).toBeGreaterThan(viewer.socket.OPEN)
})
