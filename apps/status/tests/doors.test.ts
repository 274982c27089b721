import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort, startRedis } from '@shardlight/embedded'
import { eventually, redisIsMissing, runProgram } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { createToken } from '../src/doors/token-digest.ts'

const PATIENCE = { timeout: 120_000 }
const WITHIN = { withinMs: 60_000 }

/** The program as it runs in production. */
async function startProgram(environment: Record<string, string>) {
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const program = runProgram('apps/status/src/main.ts', { STATUS_PORT: String(port), ...environment })
  await eventually(
    'the status API listens',
    async () => {
      if (program.child.exitCode !== null) throw new Error(program.output())
      return (await fetch(`${url}/livez`)).ok
    },
    WITHIN,
  )
  return {
    url,
    output: program.output,
    async push(token: string, cluster = 'main') {
      const answer = await fetch(`${url}/api/v2/clusters/${cluster}/shards`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ shards: [{ id: 0, state: 3 }] }),
      })
      return answer.status
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

async function temporaryFile() {
  const directory = await mkdtemp(join(tmpdir(), 'doors-'))
  return {
    path: join(directory, 'tokens'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

/** The process of a Redis, as it says itself. */
async function pidOfRedis(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  socket.write('INFO server\r\n')
  const [info] = await once(socket, 'data')
  socket.destroy()
  return Number(/process_id:(\d+)/.exec(String(info))?.[1])
}

describe('tokens of a running status page', () => {
  it('are exchanged without a restart and without a refused push', PATIENCE, async () => {
    await using file = await temporaryFile()
    const [old, next] = [createToken('main'), createToken('main')]
    await writeFile(file.path, old.entry)
    await using status = await startProgram({ STATUS_TOKENS_FILE: file.path })
    expect([await status.push(old.token), await status.push(next.token)]).toEqual([204, 401])

    await writeFile(file.path, `${next.entry}\n${old.entry}`)
    await eventually('the new one is good', async () => (await status.push(next.token)) === 204, WITHIN)
    expect(await status.push(old.token)).toBe(204)

    await writeFile(file.path, 'this is nothing')
    await eventually('it says so', () => status.output().includes('the tokens stay as they were'), WITHIN)
    expect([await status.push(old.token), await status.push(next.token)]).toEqual([204, 204])

    await writeFile(file.path, `${next.entry}\nsecond:a-token-of-another-one`)
    await eventually('the old one is void', async () => (await status.push(old.token)) === 401, WITHIN)
    expect(await status.push(next.token)).toBe(204)
    expect(await status.push('a-token-of-another-one', 'second')).toBe(204)
    for (const { token } of [old, next]) expect(status.output()).not.toContain(token)
  })

  it('that can be guessed are warned of, and so is a proxy that is not believed', PATIENCE, async () => {
    await using status = await startProgram({ STATUS_TOKENS: 'main:short' })
    expect(status.output()).toContain('a token of main has fewer than 16 characters')
    for (let visit = 0; visit < 2; visit += 1)
      await fetch(`${status.url}/api/v2/clusters`, { headers: { 'x-forwarded-for': '192.0.2.1' } })
    await eventually('it says so', () => status.output().includes('set TRUST_PROXY'), WITHIN)
    expect(status.output().split('set TRUST_PROXY')).toHaveLength(2)
  })
})

it('warns of a proxy where nobody says where the page is', PATIENCE, async () => {
  const warning = 'TRUST_PROXY is set and STATUS_PUBLIC_URL is not'
  const proxied = { STATUS_TOKENS: 'main:a-token-of-sixteen', TRUST_PROXY: '1' }
  await using unsaid = await startProgram(proxied)
  expect(unsaid.output()).toContain(warning)
  await using said = await startProgram({ ...proxied, STATUS_PUBLIC_URL: 'https://status.example' })
  expect(said.output()).not.toContain(warning)
})

it.skipIf(redisIsMissing())('answers every probe while Redis hangs', PATIENCE, async () => {
  await using redis = await startRedis()
  const port = redis?.port ?? 0
  await using status = await startProgram({
    STATUS_TOKENS: 'main:a-token-of-sixteen',
    REDIS_URL: redis?.url ?? '',
  })
  await eventually('it is ready', async () => (await fetch(`${status.url}/readyz`)).ok, WITHIN)
  const pid = await pidOfRedis(port)
  process.kill(pid, 'SIGSTOP')
  try {
    await eventually(
      'it is noticed',
      async () => (await fetch(`${status.url}/readyz`)).status === 503,
      WITHIN,
    )
    const statuses = await Promise.all(
      ['/livez', '/readyz', '/readyz?verbose', '/healthz', '/metrics', '/api/v2/clusters/main'].map(
        async path => (await fetch(`${status.url}${path}`, { signal: AbortSignal.timeout(60_000) })).status,
      ),
    )
    expect(statuses).toEqual([200, 503, 503, 503, 200, 200])
    expect(await (await fetch(`${status.url}/healthz`)).json()).toMatchObject({
      ready: false,
      checks: { registry: 'away' },
    })
    expect(await status.push('a-token-of-sixteen')).toBe(503)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  await eventually('it is ready again', async () => (await fetch(`${status.url}/readyz`)).ok, WITHIN)
})
