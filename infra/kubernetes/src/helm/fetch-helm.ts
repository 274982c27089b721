import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const VERSION = '0.0.21'
const UNPACK = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack'
const FETCH_MS = 300_000

/** Helm 3.21 as a library, as helm-java publishes it: to build the command takes minutes, and no package has it. */
const PLATFORMS: Record<string, string> = {
  'linux-x64': 'linux-amd64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-amd64',
  'darwin-arm64': 'darwin-arm64',
}

const folder = join(import.meta.dirname, '..', '..', '..', '..', '.toolchain', `helm-java-${VERSION}`)

export const HOW_TO_GET_HELM =
  'install Python 3, Java 17 and Maven (Debian: apt-get install python3 openjdk-17-jre-headless maven), which fetches Helm'

const answers = (command: string, option: string) =>
  run(command, [option]).then(
    () => true,
    () => false,
  )

async function fetchInto(aside: string, platform: string): Promise<void> {
  const artifact = `-Dartifact=com.marcnuri.helm-java:${platform}:${VERSION}`
  await run('mvn', ['--batch-mode', '--quiet', UNPACK, artifact, `-DoutputDirectory=${aside}`], {
    cwd: aside,
    timeout: FETCH_MS,
  })
  await rename(aside, folder)
}

/** Takes the library from the Maven repository, once. @returns its path; undefined where it cannot be had. */
export async function fetchHelm(): Promise<string | undefined> {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`]
  if (platform === undefined || !(await answers('python3', '--version'))) return undefined
  const library = join(folder, `helm-${platform}.${process.platform === 'darwin' ? 'dylib' : 'so'}`)
  if (existsSync(library)) return library
  if (!(await answers('mvn', '--version'))) return undefined
  await mkdir(join(folder, '..'), { recursive: true })
  // One process fetches, since Maven's own store is not made for several at once; the name tells whose turn it is.
  const aside = `${folder}.fetching`
  const isMine = await mkdir(aside).then(
    () => true,
    () => false,
  )
  if (isMine) await fetchInto(aside, platform).finally(() => rm(aside, { recursive: true, force: true }))
  for (const endMs = performance.now() + FETCH_MS; existsSync(aside); await sleep(200))
    if (performance.now() > endMs) {
      await rm(aside, { recursive: true, force: true })
      throw new Error(`Helm was not fetched within ${FETCH_MS / 1_000} s; try again`)
    }
  if (!existsSync(library)) throw new Error('another process failed to fetch Helm; try again')
  return library
}
