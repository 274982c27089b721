import { execFileSync } from 'node:child_process'
import { chown, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const OTHERS_MAY_ENTER = 0o001

async function reachableByOthers(path: string): Promise<boolean> {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    if (((await stat(dirname(at))).mode & OTHERS_MAY_ENTER) === 0) return false
  }
  return true
}

const idOf = (flag: '-u' | '-g') => execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }).trim()

/**
 * PostgreSQL refuses to run as root: then it runs as `nobody`, who owns the data directory.
 * Below a directory that `nobody` may not enter (such as /root) it gets the right to pass, and no other.
 * @returns the words to put before the command; none when we are not root.
 */
export async function asUnprivileged({
  dataDir,
  paths,
}: {
  dataDir: string
  paths: string[]
}): Promise<string[]> {
  if (process.getuid?.() !== 0) return []
  const [user, group] = [idOf('-u'), idOf('-g')]
  await chown(dataDir, Number(user), Number(group))
  const command = ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups']
  const reachable = await Promise.all(paths.map(reachableByOthers))
  if (!reachable.every(Boolean)) command.push('--inh-caps=+dac_override', '--ambient-caps=+dac_override')
  return command
}
