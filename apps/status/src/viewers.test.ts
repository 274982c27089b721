import { once } from 'node:events'
import { connect } from 'node:net'
import { eventually } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { createViewers } from './viewers.ts'

const HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n')

it('drops what a viewer does not read, bounds what waits for it, and gives it a snapshot once it reads', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const joined: Promise<[WebSocket]> = new Promise(resolve =>
    server.on('connection', socket => resolve([socket])),
  )
  const reader = connect(port, '127.0.0.1')
  reader.write(HANDSHAKE)
  const [socket] = await joined
  let slow = 0
  await using viewers = createViewers({
    onSlow: () => {
      slow += 1
    },
  })
  viewers.add(socket)
  const frame = Buffer.alloc(64 * 1024, 'x')
  const snapshot = Buffer.from('SNAPSHOT')

  reader.pause()
  await eventually('the viewer is behind', () => {
    viewers.broadcast([frame], () => snapshot)
    return slow === 1
  })
  for (let more = 0; more < 1_000; more += 1) viewers.broadcast([frame], () => snapshot)
  expect(socket.bufferedAmount).toBeLessThan(512 * 1024)
  expect(slow).toBe(1)

  let tail = ''
  reader.on('data', data => {
    tail = (tail + data.toString('latin1')).slice(-100)
  })
  reader.resume()
  await eventually('it is given a snapshot', () => {
    viewers.recover(() => snapshot)
    return tail.includes('SNAPSHOT')
  })
  reader.destroy()
  await new Promise(closed => server.close(closed))
})
