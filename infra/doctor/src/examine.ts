import { reasonOf } from '@shardlight/service'
import { bad, type Examination, type Finding } from './finding.ts'

const LONGEST_MS = 5_000

export type Examined = Finding & { name: string }

async function runOne({ name, todo, run, longestMs = LONGEST_MS }: Examination): Promise<Examined[]> {
  const ending = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new Error(`no answer within ${longestMs / 1_000} s`)
    late.reject(error)
    ending.abort(error)
  }, longestMs)
  try {
    const findings = await Promise.race([run(ending.signal), late.promise])
    return findings.map(finding => ({ name, ...finding }))
  } catch (error) {
    return [{ name, ...bad(reasonOf(error), todo) }]
  } finally {
    clearTimeout(timer)
  }
}

/** Runs all at once; none waits longer than five seconds, and one that hangs or fails is told like any other. */
export async function examine(examinations: Examination[]): Promise<Examined[]> {
  return (await Promise.all(examinations.map(runOne))).flat()
}
