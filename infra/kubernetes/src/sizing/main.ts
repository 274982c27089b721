import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { planNamed, valuesOf, WISHES } from './plans.ts'
import { tableOf } from './tables.ts'

/** `node infra/kubernetes/src/sizing/main.ts` writes `plans/` and prints the table of SIZING.md. */
const folder = join(import.meta.dirname, '..', '..', 'plans')
for (const name of Object.keys(WISHES))
  await writeFile(
    join(folder, `${name}.yaml`),
    `# Made by infra/kubernetes/src/sizing/main.ts; SIZING.md tells where the numbers are from.\n${stringify(valuesOf(planNamed(name)))}`,
  )
console.log(tableOf(Object.keys(WISHES).map(planNamed)))
