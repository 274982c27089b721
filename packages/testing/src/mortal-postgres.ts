import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@shardlight/embedded'
import { eventually } from './eventually.ts'
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts'

export type MortalPostgres = AsyncDisposable & {
  /** Stays the same over restarts. */
  url: string
  proxy: PostgresProxy
  /** SIGINT: a quick but orderly end. */
  stop(): Promise<void>
  /** kill -9 of the server itself; what it leaves behind goes by itself, or the next start waits for it. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** A PostgreSQL of the test's own, with its data on disk, which can be stopped, killed, and started again. */
export async function startMortalPostgres(): Promise<MortalPostgres> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-mortal-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  let server = await startPostgres({ directory })
  opened.defer(() => server[Symbol.asyncDispose]())
  const proxy = opened.use(await startPostgresProxy(server.url))
  const stack = opened.move()
  const stop = async () => server[Symbol.asyncDispose]()
  return {
    url: proxy.url,
    proxy,
    stop,
    async kill() {
      const [pid] = (await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), 'SIGKILL')
      await stop()
    },
    async start() {
      await eventually('PostgreSQL is back', async () => {
        server = await startPostgres({ directory })
        return true
      })
      proxy.leadTo(server.url)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
