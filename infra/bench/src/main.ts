import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Benchmark } from './index.ts'

const root = join(import.meta.dirname, '..', '..', '..')

function find(): Map<string, string> {
  const files = globSync(['apps/*/bench/*.ts', 'packages/*/bench/*.ts'], { cwd: root })
  return new Map(files.toSorted().map(file => [basename(file, '.ts'), join(root, file)]))
}

const load = async (file: string): Promise<Benchmark> => (await import(file)).benchmark

async function list(benchmarks: Map<string, string>): Promise<void> {
  console.log('npm run bench -- NAME\n')
  for (const [name, file] of benchmarks) console.log(`  ${name.padEnd(16)} ${(await load(file)).description}`)
}

async function run(name: string, file: string): Promise<void> {
  const benchmark = await load(file)
  console.log(`${name}: ${benchmark.description}`)
  const { rows, figures, aims, notes = [] } = await benchmark.run({ say: line => console.log(`  ${line}`) })
  console.table(Object.fromEntries(rows.map(({ name: contender, ...numbers }) => [contender, numbers])))
  for (const { aim, figure, bound, holds } of aims) {
    console.log(`${holds ? 'holds ' : 'MISSED'}  ${aim} (measured ${figure}, bound ${bound})`)
  }
  for (const note of notes) console.log(note)
  console.log(`RESULT ${JSON.stringify({ benchmark: name, figures, aims })}`)
}

const { positionals } = parseArgs({ allowPositionals: true })
const benchmarks = find()
const [name] = positionals
const file = name && benchmarks.get(name)
if (name === undefined) await list(benchmarks)
else if (file) await run(name, file)
else {
  console.error(`bench: there is no benchmark "${name}"; there are ${[...benchmarks.keys()].join(', ')}`)
  process.exitCode = 1
}
