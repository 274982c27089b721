import { once } from 'node:events'
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

const LEAST_FREE_MIB = 300

/** Where something of ours will listen, and the variable that moves it. */
export type Door = { variable: string; host: string; port: number }

/** Where a door of this machine is reached from this machine. */
export function addressOf({ host, port }: Pick<Door, 'host' | 'port'>, path = ''): string {
  const reached = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}${path}`
}

async function isTaken({ host, port }: Door): Promise<boolean> {
  const server = createServer()
  try {
    server.listen({ host, port })
    await once(server, 'listening')
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  } finally {
    server.close()
  }
}

/** @throws naming every port that is taken, before anything has started. */
export async function checkDoors(doors: Door[]): Promise<void> {
  const taken: Door[] = []
  for (const door of doors) if (await isTaken(door)) taken.push(door)
  if (taken.length === 0) return
  const list = taken.map(({ host, port, variable }) => `${port} on ${host} (${variable})`).join(', ')
  throw new Error(`already taken: port ${list}; stop what listens there or set the variable to another port`)
}

/** @throws when the disk of the directory is nearly full. */
export async function checkSpace(directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  const freeMiB = Math.floor((bavail * bsize) / 2 ** 20)
  if (freeMiB >= LEAST_FREE_MIB) return
  throw new Error(
    `only ${freeMiB} MiB left on the disk of ${directory}; free some or set DATA_DIR to another place`,
  )
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  // After a reboot the number may belong to somebody else; where /proc is missing the answer stays "yes".
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'apps/local')
  return command.includes('apps/local')
}

/**
 * Takes the data directory for this process.
 * @throws when another copy that is alive has it; a lock left by one that was killed is taken over.
 */
export async function lockDataDirectory(directory: string): Promise<AsyncDisposable> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, 'running')
  const owner = Number(await readFile(file, 'utf8').catch(() => ''))
  if (owner && owner !== process.pid && (await isAlive(owner))) {
    throw new Error(
      `another copy (process ${owner}) uses ${directory}; stop it, or set DATA_DIR and other ports`,
    )
  }
  await writeFile(file, String(process.pid))
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) }
}
