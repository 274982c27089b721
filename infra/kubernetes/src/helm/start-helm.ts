import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const answer = z.object({ out: z.string(), error: z.string() })

/** The oldest Kubernetes that the chart is for, and one that is new. */
export const KUBE_VERSIONS = ['1.30.0', '1.35.0'] as const

export type Helm = AsyncDisposable & {
  /** What `helm template NAME CHART --namespace NAMESPACE --kube-version …` prints; rejects with what Helm says. */
  template(options: {
    chart: string
    /** Later ones win over earlier ones. */
    values: object[]
    name?: string
    namespace?: string
    kubeVersion?: string
  }): Promise<string>
  /** `helm lint --strict`; rejects with its findings where it fails. */
  lint(chart: string): Promise<string>
}

/** @param library as `fetchHelm` gave it */
export async function startHelm(library: string): Promise<Helm> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-helm-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const child = spawn('python3', [join(import.meta.dirname, 'helm.py'), library], {
    // Helm tells there of the link to the rules, each time.
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve, reject) => child.once('exit', resolve).once('error', reject))
  opened.defer(async () => {
    child.stdin.end()
    await ended
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let last: Promise<unknown> = Promise.resolve()

  /** One after another: the answers have no names. */
  function call(name: 'Template' | 'Lint', options: object): Promise<string> {
    const answered = last.then(async () => {
      child.stdin.write(`${JSON.stringify({ call: name, options })}\n`)
      const line = await lines.next()
      if (line.done) throw new Error('Helm died')
      const { out, error } = answer.parse(JSON.parse(line.value))
      if (error !== '') throw new Error(error)
      return out
    })
    last = answered.catch(() => {})
    return answered
  }

  const stack = opened.move()
  return {
    async template({
      chart,
      values: given,
      name = 'bot',
      namespace = 'bots',
      kubeVersion = KUBE_VERSIONS[0],
    }) {
      const files = await Promise.all(
        given.map(async part => {
          const file = join(directory, `${crypto.randomUUID()}.json`)
          await writeFile(file, JSON.stringify(part))
          return file
        }),
      )
      const options = { name, chart, namespace, kube_version: kubeVersion }
      return call('Template', { ...options, values_files: files.join(',') })
    },
    async lint(chart) {
      const findings = await call('Lint', { path: chart, strict: 1, quiet: 0 })
      if (!findings.includes('Failed: false')) throw new Error(findings)
      return findings
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
