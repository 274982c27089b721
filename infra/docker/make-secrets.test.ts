import { execFile } from 'node:child_process'
import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { makeSecrets } from './make-secrets.ts'

async function begin() {
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-secrets-'))
  return {
    directory,
    make: (environment: Record<string, string> = {}) => makeSecrets(directory, environment),
    read: (file: string) => readFile(join(directory, file), 'utf8'),
  }
}

it('makes up what nobody gave, once, and tells all who need it the same', async () => {
  const { make, read } = await begin()
  await make()
  const password = await read('postgres/password')
  expect(password).toMatch(/^[0-9a-f]{48}$/)
  for (const reader of ['manager', 'status', 'ingester', 'spark']) {
    expect(await read(`${reader}/database-url`)).toBe(
      `postgres://shardlight:${password}@postgres:5432/shardlight`,
    )
  }
  expect(await read('sandbox/token')).toBe(await read('manager/discord-token'))
  expect(await read('status/tokens')).toBe(`main:${await read('manager/status-token')}`)
  expect(await read('redis/users.acl')).toMatch(/^user default on nopass -@all \+ping$/m)
  expect(
    new Set([password, await read('grafana/admin-password'), await read('manager/manager-token')]).size,
  ).toBe(3)

  const token = await read('sandbox/token')
  await make()
  expect(await read('postgres/password')).toBe(password)
  expect(await read('sandbox/token')).toBe(token)
})

it('goes by what was given, and back to what was made up', async () => {
  const { make, read } = await begin()
  await make()
  const sandboxToken = await read('sandbox/token')
  await make({ DISCORD_TOKEN: 'a.b.c', CLUSTER_NAME: 'other', POSTGRES_PORT: '15432' })
  expect(await read('manager/discord-token')).toBe('a.b.c')
  expect(await read('status/tokens')).toMatch(/^other:/)
  expect(await read('postgres/url-on-this-machine')).toContain('@127.0.0.1:15432/')
  await make({ DISCORD_TOKEN: '' })
  expect(await read('manager/discord-token')).toBe(sandboxToken)
})

it('keeps the real token from the sandbox', async () => {
  const { make, read } = await begin()
  await make({ DISCORD_TOKEN: 'a.b.c' })
  expect(await read('sandbox/token')).not.toBe('a.b.c')
})

it('lets a password have any character', async () => {
  const { make, read } = await begin()
  await make({ POSTGRES_PASSWORD: 'p:@/\\ä' })
  expect(decodeURIComponent(new URL(await read('manager/database-url')).password)).toBe('p:@/\\ä')
  expect(await read('pgadmin/pgpass')).toBe('postgres:5432:*:shardlight:p\\:@/\\\\ä')
})

it('writes files that nobody can write to', async () => {
  const { directory, make } = await begin()
  await make()
  expect((await stat(join(directory, 'manager/discord-token'))).mode & 0o777).toBe(0o444)
})

it('adds the tokens of other bots and of operators to its own', async () => {
  const { make, read } = await begin()
  await make({ STATUS_TOKENS: 'a:x;b:y', STATUS_OPERATOR_TOKENS: '*:z', STATUS_WEBHOOK_SECRET: 'whsec_1' })
  expect(await read('status/tokens')).toMatch(/^main:[0-9a-f]{48}\na:x\nb:y$/)
  expect(await read('status/operator-tokens')).toMatch(/^\*:[0-9a-f]{48}\n\*:z$/)
  expect(await read('status/webhook-secret')).toBe('whsec_1')
  expect(await read('status/webhooks')).toBe('')
})

it('fails with a line for what it refuses, before it writes anything', async () => {
  const program = join(import.meta.dirname, 'make-secrets.ts')
  const env = { DISCORD_TOKEN_FILE: '/etc/token' }
  await expect(promisify(execFile)(process.execPath, [program], { env })).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^DISCORD_TOKEN_FILE is set, [^\n]*\n$/),
  })
})
