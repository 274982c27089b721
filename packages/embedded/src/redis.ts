import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findFreePort } from './free-port.ts'
import { startGuarded } from './guarded.ts'

const START_TRIES = 3

function findOnPath(...names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names
    .flatMap(name => folders.map(folder => join(folder, name)))
    .find(file => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** How to get a Redis, in the words of the line that says there is none. */
export const HOW_TO_GET_REDIS = 'install redis-server or valkey-server (Debian: apt-get install redis-server)'

/**
 * A private Redis that keeps nothing on disk, on a free port (or the given one), which ends with this process.
 * @returns undefined where neither `redis-server` nor `valkey-server` is on the PATH.
 */
export async function startRedis({
  port: wanted,
}: {
  port?: number
} = {}): Promise<(AsyncDisposable & { url: string; port: number }) | undefined> {
  const binary = findOnPath('redis-server', 'valkey-server')
  if (!binary) return undefined
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await findFreePort())
    let ready = () => {}
    const isReady = new Promise<'ready'>(done => {
      ready = () => done('ready')
    })
    const server = startGuarded(
      [
        binary,
        '--bind',
        '127.0.0.1',
        '--port',
        String(port),
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        '/tmp',
      ],
      { onOutput: text => text.includes('Ready to accept connections') && ready() },
    )
    const outcome = await Promise.race([isReady, server.ended])
    if (outcome === 'ready') {
      return {
        url: `redis://127.0.0.1:${port}`,
        port,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      }
    }
    if (attempt === START_TRIES || wanted !== undefined)
      throw new Error(`Redis did not start on port ${port}: ${outcome.trim()}`)
  }
}
