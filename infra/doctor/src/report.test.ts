import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readDeployment } from './deployment.ts'
import { describe, describeAsJson, secretsOf } from './report.ts'

it('hides every secret, whoever says it: whole, in lists, in addresses and in files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'))
  await writeFile(join(folder, 'token'), 'from-a-file\n')
  await writeFile(join(folder, '.env'), 'KAFKA_PASSWORD=from-the-env-file\n')
  const deployment = readDeployment(folder, {
    DISCORD_TOKEN_FILE: join(folder, 'token'),
    STATUS_TOKENS: 'main:first-of-list;other:second-of-list',
    DATABASE_URL: 'postgres://me:p%22ss-word@db/name',
    STATUS_WEBHOOKS: 'ops=https://example.org/hidden-path',
    CLUSTER_NAME: 'a-cluster',
  })
  const secrets = secretsOf(deployment.environment, deployment.read)
  await rm(folder, { recursive: true })
  const what = `a-cluster from-a-file first-of-list second-of-list p%22ss-word p"ss-word https://example.org/hidden-path from-the-env-file`
  const findings = [{ name: 'x', level: 'bad' as const, what, todo: 'use first-of-list' }]
  const hidden = `a-cluster${' [redacted]'.repeat(7)}`
  expect(describe(findings, secrets)).toBe(
    `✗ x  ${hidden}\n     → use [redacted]\n\n1 to be mended, 0 to be looked at, 0 fine.`,
  )
  expect(JSON.parse(describeAsJson(findings, secrets))).toEqual({
    ok: false,
    findings: [{ name: 'x', level: 'bad', what: hidden, todo: 'use [redacted]' }],
  })
})

it('hides a password that is no proper part of an address, as it stands there', () => {
  const DATABASE_URL = 'postgres://me:50%off!"now@host/db'
  const { environment, read } = readDeployment('/nowhere', { DATABASE_URL })
  const secrets = secretsOf(environment, read)
  const findings = [
    { name: 'x', level: 'bad' as const, what: `${DATABASE_URL} ${new URL(DATABASE_URL).href}` },
  ]
  expect(describe(findings, secrets)).not.toMatch(/50%off/)
  expect(secrets).toContain('50%off!"now')
})
