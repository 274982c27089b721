import { reasonOf } from '@shardlight/service'
import { bad, type Examination, type Finding } from './finding.ts'

const LONGEST_WAIT_MS = 5_000
const LONGEST_WORK_MS = 30_000

export type Examined = Finding & { name: string }

async function runOne({ name, todo, run }: Examination, longestMs: number): Promise<Examined[]> {
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

/**
 * What waits for others runs at once, and none of it waits longer than five seconds; what is work here comes after it,
 * since on a busy machine all others would seem not to be answered. What hangs or fails is told like anything else.
 */
export async function examine(
  examinations: Examination[],
  { longestWaitMs = LONGEST_WAIT_MS }: { longestWaitMs?: number } = {},
): Promise<Examined[]> {
  const [work = [], waits = []] = [true, false].map(isWork =>
    examinations.filter(one => (one.isWork ?? false) === isWork),
  )
  const waited = await Promise.all(waits.map(one => runOne(one, longestWaitMs)))
  const worked = await Promise.all(work.map(one => runOne(one, LONGEST_WORK_MS)))
  const found = [...worked.flat(), ...waited.flat()]
  return examinations.flatMap(({ name }) => found.filter(one => one.name === name))
}
