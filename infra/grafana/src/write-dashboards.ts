import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dashboards, fileOf } from './all-dashboards.ts'

const directory = join(import.meta.dirname, '..', 'dashboards')

await rm(directory, { recursive: true, force: true })
await mkdir(directory, { recursive: true })
for (const [name, dashboard] of Object.entries(dashboards)) {
  await writeFile(join(directory, `${name}.json`), fileOf(dashboard))
}
console.log(`${Object.keys(dashboards).length} dashboards are in infra/grafana/dashboards`)
