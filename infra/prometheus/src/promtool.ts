import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { isMissing } from '@shardlight/testing'
import { folder } from './read-rules.ts'

const isOnPath = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some(directory => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/** For `describe.skipIf(...)`. */
export const prometheusIsMissing = (): boolean =>
  isMissing(
    isOnPath('prometheus') && isOnPath('promtool'),
    'install prometheus and promtool (Debian: apt-get install --no-install-recommends prometheus)',
  )

/**
 * Runs promtool in the folder of `prometheus.yml`.
 * @returns what it wrote.
 * @throws with what it complains about.
 */
export async function promtool(...args: string[]): Promise<string> {
  const run = promisify(execFile)
  const { stdout, stderr } = await run('promtool', args, { cwd: folder }).catch(error => {
    throw new Error(`promtool ${args.join(' ')}:\n${error.stdout}${error.stderr}`)
  })
  return `${stdout}${stderr}`
}
