import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refusalsOf } from './refusals.ts'
import { type Secrets, secretFiles } from './secret-files.ts'

const madeUp = () => randomBytes(24).toString('hex')
/** Shaped as a bot token; only the sandbox knows it. */
const madeUpToken = () => `${Buffer.from('sandbox').toString('base64url')}.local.${madeUp()}`

/** Never half there: the containers of a running system look at them. */
async function put(file: string, content: string): Promise<void> {
  const aside = `${file}.new`
  await writeFile(aside, content)
  // Others than its owner read it, in containers of their own; the volume is the boundary.
  await chmod(aside, 0o444)
  await rename(aside, file)
}

/**
 * Writes what each container needs to know below `directory`. What was made up once stays; what is given wins, until it
 * is given no more.
 */
export async function makeSecrets(
  directory: string,
  environment: Record<string, string | undefined>,
): Promise<void> {
  const all = join(directory, 'all')
  await mkdir(all, { recursive: true })
  const kept = async (name: string, make = madeUp): Promise<string> => {
    const file = join(all, name)
    const found = await readFile(file, 'utf8').catch(() => '')
    if (found !== '') return found
    const secret = make()
    await put(file, secret)
    return secret
  }
  const sandboxToken = await kept('sandbox-token', madeUpToken)
  const secrets: Secrets = {
    postgresPassword: environment['POSTGRES_PASSWORD'] || (await kept('postgres-password')),
    redisPassword: await kept('redis-password'),
    managerToken: environment['MANAGER_TOKEN'] || (await kept('manager-token')),
    statusToken: await kept('status-token'),
    operatorToken: await kept('operator-token'),
    grafanaPassword: await kept('grafana-password'),
    pgadminPassword: await kept('pgadmin-password'),
    sandboxToken,
    discordToken: environment['DISCORD_TOKEN'] || sandboxToken,
  }
  const given = {
    statusTokens: environment['STATUS_TOKENS'] ?? '',
    operatorTokens: environment['STATUS_OPERATOR_TOKENS'] ?? '',
    webhooks: environment['STATUS_WEBHOOKS'] ?? '',
    webhookSecret: environment['STATUS_WEBHOOK_SECRET'] ?? '',
    glancePassphrase: environment['GLANCE_PASSPHRASE'] ?? '',
  }
  const files = secretFiles(secrets, given, {
    clusterName: environment['CLUSTER_NAME'] || 'main',
    postgresPort: environment['POSTGRES_PORT'] || '5432',
    redisPort: environment['REDIS_PORT'] || '6379',
  })
  for (const [reader, contents] of Object.entries(files)) {
    await mkdir(join(directory, reader), { recursive: true })
    for (const [name, content] of Object.entries(contents)) await put(join(directory, reader, name), content)
  }
}

async function main(environment: Record<string, string | undefined>): Promise<void> {
  const refusals = refusalsOf(environment)
  if (refusals.length > 0) {
    console.error(refusals.join('\n'))
    process.exitCode = 1
    return
  }
  await makeSecrets('/secrets', environment)
  console.log(
    environment['DISCORD_TOKEN']
      ? 'DISCORD_TOKEN is set: the bot goes to Discord.'
      : `DISCORD_TOKEN is not set: the bot goes to the sandbox, a local Discord at http://127.0.0.1:${environment['SANDBOX_PORT'] || 3100}`,
  )
}

if (import.meta.main) await main(process.env)
