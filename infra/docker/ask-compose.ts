/** What Docker Compose itself makes of its files, beside what the tests say of them: `node infra/docker/ask-compose.ts`. */
import { deepEqual, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

const config = (environment: NodeJS.ProcessEnv, ...more: string[]) => {
  const { PATH, HOME } = process.env
  const args = ['compose', '--env-file', '/dev/null', 'config', ...more]
  const { status, stdout, stderr, error } = spawnSync('docker', args, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH, HOME, ...environment },
  })
  return { status, stdout, stderr: error?.message ?? stderr }
}

const nothingToSay = { status: 0, stdout: '', stderr: '' }
for (const environment of [
  { COMPOSE_PROFILES: '*' },
  { COMPOSE_PROFILES: '*', DISCORD_TOKEN: 'a.b.c' },
  // What has to be set and is not, is for `secrets` to say: any command has to work.
  { DISCORD_TOKEN: 'a.b.c' },
]) {
  deepEqual(config(environment, '--quiet'), nothingToSay, JSON.stringify(environment))
}

const real = { DISCORD_TOKEN: 'a.b.c', WIKIPEDIA_CONTACT: 'operator@example.org' }
for (const [hasSandbox, environment] of [
  [true, {}],
  [true, { DISCORD_TOKEN: '', COMPOSE_PROFILES: 'kafka' }],
  [false, real],
  [true, { ...real, COMPOSE_PROFILES: 'sandbox' }],
] as const) {
  const { stdout } = config(environment, '--services')
  const services = stdout.trim().split('\n')
  ok(services.includes('manager'), stdout)
  deepEqual(services.includes('sandbox'), hasSandbox, `the sandbox with ${JSON.stringify(environment)}`)
}
console.log('docker compose has nothing to complain about, and starts the sandbox where there is no token')
