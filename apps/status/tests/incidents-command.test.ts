import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@shardlight/service'
import { incidentsAnswerSchema } from '@shardlight/status-client'
import { runProgram, testDatabase } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { readStatusConfig } from '../src/config.ts'
import { startStatus } from '../src/start-status.ts'

const TOKEN = 'the-token-of-operators'

it('lets operators write what everybody reads, with the token that lies in DATA_DIR', {
  timeout: 120_000,
}, async () => {
  await using opened = new AsyncDisposableStack()
  const { url: databaseUrl } = opened.use(await testDatabase())
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-operator-'))
  opened.defer(() => rm(directory, { recursive: true }))
  await writeFile(join(directory, 'operator.token'), `${TOKEN}\n`)
  const config = readStatusConfig({
    STATUS_PORT: '0',
    STATUS_TOKENS: 'main:the-token-of-main',
    STATUS_OPERATOR_TOKENS: `*:${TOKEN}`,
    DATABASE_URL: databaseUrl,
  })
  const status = opened.use(await startStatus({ config, log: createLog({ name: 'test', level: 'silent' }) }))
  const url = `http://127.0.0.1:${status.port}`

  async function run(args: string[], environment: Record<string, string> = {}) {
    await using program = runProgram(
      'apps/status/src/status-command.ts',
      { STATUS_URL: url, DATA_DIR: directory, ...environment },
      args,
    )
    return { code: await program.exited, output: program.output() }
  }

  const opening = await run(['incident', 'open', 'Slow answers', 'We look.', '--shards', '0-3'])
  expect(opening).toMatchObject({
    code: 0,
    output: expect.stringContaining('main  investigating  Slow answers'),
  })
  const id = /^\d+/m.exec(opening.output)?.[0] ?? ''
  expect(await run(['incident', 'resolve', id, 'All is well.'])).toMatchObject({ code: 0 })
  expect(
    await run(['maintenance', 'plan', 'New disks', 'A moment.', '--from', '1h', '--for', '30m']),
  ).toMatchObject({ code: 0 })
  const { open, past } = incidentsAnswerSchema.parse(await (await fetch(`${url}/api/v2/incidents`)).json())
  expect([open.map(({ title }) => title), past.map(({ title }) => title)]).toEqual([
    ['New disks'],
    ['Slow answers'],
  ])
  const listed = await run(['incidents'])
  expect(listed.output).toMatch(/scheduled {2}New disks.*resolved {2}Slow answers.*All is well\./s)

  const unknown = await run(['incident', 'dance'])
  expect(unknown).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^usage: npm run status -- COMMAND\n\n {2}incidents .*dance"$/ms),
  })
  const wrong = await run(['incident', 'open', 'a', 'b'], { STATUS_OPERATOR_TOKEN: 'wrong' })
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining("not an operator's token") })
  const none = await run(['incident', 'open', 'a', 'b'], { DATA_DIR: join(directory, 'nowhere') })
  expect(none).toMatchObject({ code: 1, output: expect.stringContaining('set STATUS_OPERATOR_TOKEN') })
  const away = await run(['incidents'], { STATUS_URL: 'http://127.0.0.1:1' })
  expect(away).toMatchObject({ code: 1, output: expect.stringContaining('no status page answers') })
})
