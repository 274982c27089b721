import { parseArgs } from 'node:util'

export const USAGE = `usage:
  run --name NAME [--type build|test|deploy] [--arguments-are-safe] -- COMMAND [ARGUMENT …]
      runs a step as it is, and sends a span of it
  begin [--name NAME]            begins a run: prints the variables that its steps and its end need
  end [--results "RESULT …"]     ends the run: sends its span (success, failure, cancelled, skipped)
  mark --text TEXT [--tag TAG …] puts a marker into Grafana (GRAFANA_URL, GRAFANA_TOKEN)`

export type CommandLine =
  | { verb: 'run'; name: string; type?: string; argumentsAreSafe: boolean; command: string; args: string[] }
  | { verb: 'begin'; name?: string }
  | { verb: 'end'; results: string[] }
  | { verb: 'mark'; text: string; tags: string[] }

/** @throws with words for people when the line is none of ours. */
export function readCommandLine(words: string[]): CommandLine {
  const [verb, ...rest] = words
  const end = rest.indexOf('--')
  const { values } = parseArgs({
    args: end < 0 ? rest : rest.slice(0, end),
    options: {
      name: { type: 'string' },
      type: { type: 'string' },
      'arguments-are-safe': { type: 'boolean', default: false },
      results: { type: 'string', default: '' },
      text: { type: 'string' },
      tag: { type: 'string', multiple: true, default: [] },
    },
  })
  if (verb === 'begin') return { verb, ...(values.name && { name: values.name }) }
  if (verb === 'end') return { verb, results: values.results.split(/[\s,]+/).filter(Boolean) }
  if (verb === 'mark' && values.text) return { verb, text: values.text, tags: values.tag }
  const [command, ...args] = end < 0 ? [] : rest.slice(end + 1)
  if (verb !== 'run' || !values.name || !command) throw new Error(USAGE)
  return {
    verb,
    name: values.name,
    ...(values.type && { type: values.type }),
    argumentsAreSafe: values['arguments-are-safe'],
    command,
    args,
  }
}
