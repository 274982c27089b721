import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { isLatest } from './is-latest.ts'

/** As the command answers it; what it complains of goes to standard error. */
const ask = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()

const need = (name: string) => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

/**
 * Gives images that are in the registry already their names: commit, version, and latest if it is. Nothing is built
 * here, so what was tested is what people get. DIGESTS is `{"bot": "sha256:…"}`; GITHUB_OUTPUT is told whether to deploy.
 */
function publishImages(): void {
  const tag = need('GITHUB_REF_NAME')
  const version = tag.replace(/^v/, '')
  if (!/^\d+\.\d+\.\d+(-[\dA-Za-z.-]+)?$/.test(version))
    throw new Error(`${version} is no version: tag v1.2.3`)
  const released = ask('git', 'tag', '--list').split('\n')
  // Without the others any version would be the highest.
  if (!released.includes(tag)) throw new Error(`${tag} is not among the tags: check out with all of them`)
  const isNewest = isLatest(version, released)
  const names = [need('GITHUB_SHA'), version, ...(isNewest ? ['latest'] : [])]
  const digests: Record<string, unknown> = JSON.parse(need('DIGESTS'))
  for (const [app, digest] of Object.entries(digests)) {
    if (!/^sha256:[\da-f]{64}$/.test(String(digest))) throw new Error(`${app} has no digest`)
  }
  for (const [app, digest] of Object.entries(digests)) {
    const image = `${need('REGISTRY').toLowerCase()}/shardlight-${app}`
    for (const name of names) {
      ask('docker', 'buildx', 'imagetools', 'create', '--tag', `${image}:${name}`, `${image}@${digest}`)
      const named = ask(
        'docker',
        'buildx',
        'imagetools',
        'inspect',
        `${image}:${name}`,
        '--format',
        '{{.Manifest.Digest}}',
      )
      if (named !== digest) throw new Error(`${image}:${name} is ${named}, and ${digest} was tested`)
      console.log(`${image}:${name} is ${digest}`)
    }
  }
  appendFileSync(need('GITHUB_OUTPUT'), `latest=${isNewest}\n`)
}

try {
  publishImages()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
