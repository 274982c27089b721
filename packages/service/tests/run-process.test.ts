import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const program = join(import.meta.dirname, 'programs', 'process.ts')

function run(behaviour: string, { channel = false } = {}) {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'], BEHAVIOUR: behaviour },
    stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])],
  })
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new Error('the program has no output')
  const written = { out: '', err: '' }
  stdout.setEncoding('utf8').on('data', text => (written.out += text))
  stderr.setEncoding('utf8').on('data', text => (written.err += text))
  // A child whose channel was closed from here emits no "close".
  const ended = (async () => {
    const [[code, signal]] = await Promise.all([
      once(child, 'exit'),
      once(stdout, 'close'),
      once(stderr, 'close'),
    ])
    return { code, signal, ...written }
  })()
  const started = new Promise<ChildProcess>(resolve => {
    stdout.on('data', () => written.out.includes('started') && resolve(child))
  })
  return { started, ended }
}

it('stops on SIGTERM with exit code 0', async () => {
  const { started, ended } = run('')
  ;(await started).kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0, out: 'started\nstopped\n', err: '' })
})

it('ends at once on a second signal', async () => {
  const { started, ended } = run('hangs while stopping')
  const child = await started
  child.kill('SIGINT')
  const again = setInterval(() => child.kill('SIGINT'), 20)
  expect(await ended).toMatchObject({ code: 130 })
  clearInterval(again)
})

it('is ended by a timer when it hangs while stopping', async () => {
  const { started, ended } = run('hangs while stopping')
  ;(await started).kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 1, err: 'example: did not stop within 0.5 s, ended\n' })
})

it('stops when the other end of its channel is gone', async () => {
  const { started, ended } = run('', { channel: true })
  ;(await started).disconnect()
  expect(await ended).toMatchObject({ code: 0, out: 'started\nstopped\n' })
})

it('says in one line why it cannot start', async () => {
  expect(await run('cannot start').ended).toMatchObject({
    code: 1,
    err: 'example: cannot start: the door is locked: no key\n',
  })
})

it('says every wrong variable, a line each', async () => {
  const { code, err } = await run('bad configuration').ended
  expect(code).toBe(1)
  expect(err).toBe(
    'example: PORT_A="x": expected a port from 0 to 65535\nexample: PORT_B="y": expected a port from 0 to 65535\n',
  )
})

it.each([
  ['rejects later', 'example: too late\n'],
  ['ends itself', 'example: the reason why\n'],
])('stops in order with exit code 1 when it %s', async (behaviour, err) => {
  expect(await run(behaviour).ended).toMatchObject({ code: 1, out: 'started\nstopped\n', err })
})

it('keeps secrets out of its log, wherever they stand', async () => {
  const { started, ended } = run('logs secrets')
  ;(await started).kill('SIGTERM')
  const { out } = await ended
  expect(out).toContain('with [redacted] inside')
  expect(out).not.toMatch(/s3cr3t-token|another|Bot x/)
})
