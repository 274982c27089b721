import { execFileSync } from 'node:child_process'

/** As docker answers it; what it complains of goes to standard error. */
const docker = (...args: string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()

const need = (name: string) => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

/**
 * Gives images that are in the registry already their names: commit, version, latest. Nothing is built here, so
 * what was tested is what people get. DIGESTS is `{"bot": "sha256:…"}`.
 */
function publishImages(): void {
  const version = need('GITHUB_REF_NAME').replace(/^v/, '')
  if (!/^\d+\.\d+\.\d+(-[\dA-Za-z.-]+)?$/.test(version))
    throw new Error(`${version} is no version: tag v1.2.3`)
  // What comes before a version, such as 1.2.3-rc.1, is for those who ask for it.
  const tags = [need('GITHUB_SHA'), version, ...(version.includes('-') ? [] : ['latest'])]
  const digests: Record<string, unknown> = JSON.parse(need('DIGESTS'))
  for (const [app, digest] of Object.entries(digests)) {
    if (!/^sha256:[\da-f]{64}$/.test(String(digest))) throw new Error(`${app} has no digest`)
  }
  for (const [app, digest] of Object.entries(digests)) {
    const image = `${need('REGISTRY').toLowerCase()}/shardlight-${app}`
    for (const tag of tags) {
      docker('buildx', 'imagetools', 'create', '--tag', `${image}:${tag}`, `${image}@${digest}`)
      const named = docker(
        'buildx',
        'imagetools',
        'inspect',
        `${image}:${tag}`,
        '--format',
        '{{.Manifest.Digest}}',
      )
      if (named !== digest) throw new Error(`${image}:${tag} is ${named}, and ${digest} was tested`)
      console.log(`${image}:${tag} is ${digest}`)
    }
  }
}

try {
  publishImages()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
