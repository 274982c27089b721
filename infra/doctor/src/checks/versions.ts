import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { doubt, type Examination, type Finding, good } from '../finding.ts'

const repository = join(import.meta.dirname, '..', '..', '..', '..')
const manifest = z.object({ packageManager: z.string() })

const say = async (command: string, args: string[], signal: AbortSignal): Promise<string | undefined> => {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd: repository, signal })
    return stdout.trim()
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

async function pnpm(signal: AbortSignal): Promise<Finding[]> {
  const version = await say('pnpm', ['--version'], signal)
  const { packageManager } = manifest.parse(
    JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')),
  )
  const wanted = packageManager.replace('pnpm@', '')
  if (version === undefined || version === wanted) return []
  return [
    doubt(`pnpm is ${version}, and ${wanted} is meant`, '`npm start` and `npm test` bring the right one'),
  ]
}

function packages(): Finding[] {
  const stamp = join(repository, 'node_modules', '.shardlight-lock')
  if (!existsSync(stamp)) return []
  const lock = readFileSync(join(repository, 'pnpm-lock.yaml'))
  const isSame = readFileSync(stamp, 'utf8') === createHash('sha256').update(lock).digest('hex')
  return isSame
    ? []
    : [
        doubt(
          'the packages are not those of this version',
          'run `npm start`, or `pnpm install --frozen-lockfile`',
        ),
      ]
}

async function version(signal: AbortSignal): Promise<string> {
  const commit = await say('git', ['rev-parse', '--short', 'HEAD'], signal)
  if (commit === undefined) return 'no git: the version is that of the image'
  const changed = (await say('git', ['status', '--porcelain'], signal)) ?? ''
  const changes = changed === '' ? 0 : changed.split('\n').length
  return `commit ${commit}${changes > 0 ? `, with ${changes} changed files` : ''}`
}

export const versions = (): Examination => ({
  name: 'version',
  todo: 'run it from a checkout',
  isWork: true,
  async run(signal) {
    const [commit, ofPnpm] = await Promise.all([version(signal), pnpm(signal)])
    return [good(`Node ${process.versions.node}, ${commit}`), ...ofPnpm, ...packages()]
  },
})
