import { findFreePort } from '@shardlight/embedded'
import { eventually, runProgram, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { SECRET, startReceiver, status } from './webhook-receiver.ts'

const TIMES = { timeout: 120_000 }
const SLOW = { withinMs: 60_000 }
const OPERATOR = 'the-token-of-operators'

describe('the status program with webhooks', TIMES, () => {
  it('tells what an operator writes, and shows neither address nor secret in its log and metrics', async () => {
    await using database = await testDatabase()
    await using receiver = await startReceiver()
    receiver.answerNext(status(500))
    const port = await findFreePort()
    await using program = runProgram('apps/status/src/main.ts', {
      STATUS_PORT: String(port),
      STATUS_TOKENS: 'main:the-token-of-main',
      STATUS_OPERATOR_TOKENS: `main:${OPERATOR}`,
      STATUS_WEBHOOKS: `ops=${receiver.url}#cluster=main`,
      STATUS_WEBHOOK_SECRET: SECRET,
      STATUS_PUBLIC_URL: 'https://status.example/',
      DATABASE_URL: database.url,
      LOG_LEVEL: 'trace',
    })
    const url = `http://127.0.0.1:${port}`
    const metrics = async () => (await fetch(`${url}/metrics`)).text()
    await eventually(
      'it looks for what to tell',
      async () => (await metrics()).includes('webhook_waiting{target="ops"} 0'),
      SLOW,
    )
    const answer = await fetch(`${url}/api/v2/clusters/main/incidents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Slow answers', text: 'We are looking into it.', impact: 'major' }),
    })
    expect(answer.status, await answer.text()).toBe(201)
    await eventually('it was told', async () => (await metrics()).includes('result="sent"} 1'), SLOW)
    expect(receiver.told().map(incidents => incidents.map(({ title }) => title))).toEqual([
      ['Slow answers'],
      ['Slow answers'],
    ])
    expect(receiver.told()[0]?.[0]?.url).toMatch(/^https:\/\/status\.example\/#incident-\d+$/)
    const shown = `${program.output()}${await metrics()}`
    expect(shown).toContain('webhooks go to ops (json)')
    expect(shown).toContain('it answered 500')
    for (const hidden of ['a-secret-path', SECRET.slice(6)]) expect(shown).not.toContain(hidden)
  })

  it('does not start with a target that is wrong, and says which without its address', async () => {
    await using program = runProgram('apps/status/src/main.ts', {
      STATUS_WEBHOOKS: 'ops=ftp://geheim.example/geheim',
      STATUS_WEBHOOK_SECRET: SECRET,
    })
    expect(await program.exited).toBe(1)
    expect(program.output()).toContain('STATUS_WEBHOOKS, target "ops": expected an address')
    expect(program.output()).not.toContain('geheim')
  })
})
