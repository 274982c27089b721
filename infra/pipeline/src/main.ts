import { readCommandLine } from './command-line.ts'
import { markInGrafana } from './mark-in-grafana.ts'
import { readTarget } from './otlp.ts'
import { beginRun, endRun } from './run-boundaries.ts'
import type { Outcome } from './run-command.ts'
import { runStep } from './run-step.ts'
import { withoutHarm } from './without-harm.ts'

const WRONG_USE = 2
const { env } = process

async function main(words: string[]): Promise<Outcome | undefined> {
  const line = readCommandLine(words)
  if (line.verb === 'begin') console.log(beginRun(line.name, env))
  if (line.verb === 'mark') {
    const words = await withoutHarm('no marker', () => markInGrafana(line, env))
    if (words) console.error(`pipeline: ${words}`)
  }
  if (line.verb === 'begin' || line.verb === 'mark') return undefined
  const target = await withoutHarm('no spans are sent', () => readTarget(env))
  if (line.verb === 'run') return runStep(line, env, target)
  if (target) await withoutHarm('the span of the run is lost', () => endRun(line.results, env, target))
  return undefined
}

const outcome = await main(process.argv.slice(2)).catch(error => {
  console.error(error instanceof Error ? error.message : error)
  return { exitCode: WRONG_USE, signal: undefined }
})
if (outcome?.signal) {
  // Shells stop a script only when its command died of the signal, so we die of it, too.
  process.removeAllListeners(outcome.signal)
  process.kill(process.pid, outcome.signal)
}
// A name server that does not answer would otherwise hold the process beyond the two seconds.
process.exit(outcome?.exitCode ?? 0)
