import { spawnSync } from 'node:child_process'

const filters = process.argv.slice(2)

/** Lint and types first: they are quick, and a test that runs on code which does not compile says little. */
const steps: [what: string, command: string, ...args: string[]][] = [
  ['lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types and pages', 'turbo', 'run', 'types', 'build', '--output-logs=errors-only', '--no-update-notifier'],
  ['tests', 'vitest', 'run', '--config', 'infra/toolchain/vitest.config.ts', ...filters],
]

for (const [what, command, ...args] of steps) {
  console.log(`── ${what}`)
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) {
    process.exitCode = 1
    if (command !== 'vitest') console.error(`${what} failed`)
    break
  }
}
