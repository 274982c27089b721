// Runs a program of this repository with the Node, pnpm and packages it was written for.
// Plain JavaScript without dependencies: this is what an older Node meets first.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_VERSION = '24.21.0'
const PNPM_VERSION = '12.21.0'
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const toolchain = join(root, '.toolchain')
const target = `${process.platform}-${process.arch}`
const nodeIsRecent = Number(process.versions.node.split('.')[0]) >= 24

function fail(message) {
  console.error(`shardlight: ${message}`)
  process.exit(1)
}

/** npm hands its own settings to what it runs; pnpm and turbo would take them for theirs. */
function cleanEnvironment() {
  const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  for (const name of Object.keys(environment)) {
    if (/^npm_(config|lifecycle|package|node_execpath|execpath|command)/i.test(name)) delete environment[name]
  }
  const bins = [join(root, 'node_modules', '.bin'), join(toolchain, 'node_modules', '@pnpm', `exe.${target}`)]
  if (!nodeIsRecent) bins.push(join(toolchain, 'node_modules', `node-${target}`, 'bin'))
  environment.PATH = [...bins, environment.PATH].join(delimiter)
  // Each of our processes loads the same modules; compiled and stripped of types once, they take a third less.
  environment.NODE_COMPILE_CACHE ??= join(toolchain, 'compile-cache')
  return environment
}

function run(command, args, { environment = process.env, what }) {
  const done = spawnSync(command, args, {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (done.error) fail(`${what}: ${done.error.message}`)
  if (done.status !== 0) fail(`${what} failed:\n${`${done.stdout}${done.stderr}`.trim()}`)
}

function ensureToolchain() {
  const wanted = [
    `@pnpm/exe.${target}@${PNPM_VERSION}`,
    ...(nodeIsRecent ? [] : [`node-${target}@${NODE_VERSION}`]),
  ]
  const stamp = join(toolchain, 'installed')
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8').split(' ') : []
  // More than is wanted is fine: with a recent Node less is, and what runs with another must not lose its own.
  if (wanted.every(one => installed.includes(one))) return
  console.error(`Installing the toolchain (${wanted.join(', ')}), once …`)
  run(
    'npm',
    ['install', '--prefix', toolchain, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted],
    {
      what: `installing ${wanted.join(' and ')}`,
    },
  )
  writeFileSync(stamp, wanted.join(' '))
}

function ensurePackages(environment) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.shardlight-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing packages, once …')
  run('pnpm', ['install', '--frozen-lockfile', '--reporter=append-only'], {
    environment,
    what: 'pnpm install',
  })
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, lock)
}

if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node 20 or newer is needed, this is ${process.version}`)
ensureToolchain()
const environment = cleanEnvironment()
ensurePackages(environment)

const words = process.argv.slice(2)
if (words[0] === '--pages') {
  words.shift()
  // Turbo does nothing when no source of a page has changed.
  if (!existsSync(join(root, 'apps', 'status', 'page', 'dist'))) console.error('Building the pages, once …')
  run('turbo', ['run', 'build', '--output-logs=errors-only', '--no-update-notifier'], {
    environment,
    what: 'building the pages',
  })
}
const [program, ...args] = words
const child = spawn('node', [join(root, program), ...args], {
  cwd: root,
  env: environment,
  // In a group of its own, so that a Ctrl-C reaches it once: from here.
  detached: true,
  // The channel tells the program when this process is killed.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    try {
      process.kill(-child.pid, signal === 'SIGHUP' ? 'SIGTERM' : signal)
    } catch {
      // It has just ended; its exit code is on the way.
    }
  })
}
child.on('error', error => fail(`${program}: ${error.message}`))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
