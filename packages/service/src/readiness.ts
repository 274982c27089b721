import { reasonOf } from './run-process.ts'

/** Resolves when the dependency answers, rejects with the reason when not. */
export type Check = () => Promise<void>

/** `ok` or the reason, by dependency. Without what is `optional` the process is ready all the same. */
export type Readiness = {
  ready: boolean
  checks: Record<string, string>
  optional: Record<string, string>
}

const CHECK_TIMEOUT_MS = 2_000

async function outcomeOf(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS)
  })
  try {
    await Promise.race([check(), late])
    return 'ok'
  } catch (error) {
    return reasonOf(error)
  } finally {
    clearTimeout(timer)
  }
}

async function outcomesOf(checks: Record<string, Check>): Promise<Record<string, string>> {
  const outcomes = Object.entries(checks).map(
    async ([name, check]) => [name, await outcomeOf(check)] as const,
  )
  return Object.fromEntries(await Promise.all(outcomes))
}

/** However many ask at the same time, each dependency is asked once, and for two seconds at most. */
export function createReadiness(
  checks: Record<string, Check>,
  optional: Record<string, Check> = {},
): () => Promise<Readiness> {
  let underWay: Promise<Readiness> | undefined

  async function look(): Promise<Readiness> {
    const [required, others] = await Promise.all([outcomesOf(checks), outcomesOf(optional)])
    return {
      ready: Object.values(required).every(outcome => outcome === 'ok'),
      checks: required,
      optional: others,
    }
  }

  return () => {
    underWay ??= look().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}
