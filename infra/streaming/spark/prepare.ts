import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..', '..')
const home = join(root, '.toolchain', 'spark')

export const HOW_TO_GET_SPARK =
  'install Python 3.11 or newer with venv, Java 17 or 21 and Maven (Debian: apt-get install python3-venv openjdk-17-jre-headless maven), then: node infra/streaming/spark/prepare.ts'

/** Where the job's programs and its Python are. */
export const spark = {
  python: join(home, 'bin', 'python'),
  job: join(import.meta.dirname, 'recent_changes_job.py'),
  compareCounts: join(import.meta.dirname, 'compare_counts.py'),
  readRecentChange: join(import.meta.dirname, 'recent_change.py'),
}

async function wanted(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['requirements.txt', 'pom.xml'])
    hash.update(await readFile(join(import.meta.dirname, file)))
  return hash.digest('hex')
}

const COPY_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** Made aside and moved into place: a half made one is never found, and two that prepare at once do no harm. */
async function build(stamp: string): Promise<void> {
  const aside = `${home}-${process.pid}`
  try {
    await mkdir(join(root, '.toolchain'), { recursive: true })
    await run('python3', ['-m', 'venv', aside])
    const python = join(aside, 'bin', 'python')
    await run(python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '-r',
      join(import.meta.dirname, 'requirements.txt'),
    ])
    await run('mvn', [
      '--batch-mode',
      '--quiet',
      `--file=${join(import.meta.dirname, 'pom.xml')}`,
      COPY_JARS,
      `-DoutputDirectory=${join(aside, 'jars')}`,
    ])
    await writeFile(join(aside, 'prepared'), stamp)
    await rm(home, { recursive: true, force: true })
    await rename(aside, home)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function isPrepared(stamp: string): Promise<boolean> {
  const found = await readFile(join(home, 'prepared'), 'utf8').catch(() => undefined)
  return found === stamp
}

/**
 * Gets Python's packages and the jars that the job needs into `.toolchain/spark`; quick where they are there.
 * @throws {Error} where Python, Java, Maven or a registry cannot be had.
 */
export async function prepareSpark(): Promise<void> {
  const stamp = await wanted()
  try {
    await run('java', ['-version'])
    if (await isPrepared(stamp)) return
    await build(stamp)
  } catch (cause) {
    // Another process may have been quicker.
    if (!(await isPrepared(stamp))) throw new Error(HOW_TO_GET_SPARK, { cause })
  }
}

/**
 * For `describe.skipIf(...)`: true where Spark cannot be had, after a line that says how to get it.
 * With `CI` set nothing may be skipped: then it throws, and the file fails.
 */
export async function sparkIsMissing(): Promise<boolean> {
  try {
    await prepareSpark()
    return false
  } catch (error) {
    if (process.env['CI']) throw new Error('CI must skip nothing', { cause: error })
    console.warn(`skipped: ${HOW_TO_GET_SPARK}`)
    return true
  }
}

if (import.meta.main) await prepareSpark()
