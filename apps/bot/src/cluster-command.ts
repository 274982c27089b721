import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { port, readConfig, readEnvFile, runCommand, webAddress } from '@shardlight/service'
import { z } from 'zod'
import type { OperationRequest } from './operations-api.ts'

const USAGE = `usage: npm run cluster -- COMMAND

  status        the shard processes, and what is under way
  restart       replaces every shard process, one after the other; nobody notices
  reshard N     goes to N shards; the present ones serve until the new are connected
  drain         ends every shard process; its sessions can be resumed for a few minutes`

const LOOK_MS = 250

const health = z.object({ id: z.int(), isConnected: z.boolean() })

/** Of what the manager answers, what is shown. */
const clusterView = z.object({
  role: z.enum(['owner', 'standby']),
  reason: z.string().nullable(),
  totalShards: z.int().nullable(),
  generation: z.int().nullable(),
  processes: z.array(
    z.object({
      id: z.int(),
      pid: z.int().nullable(),
      shards: z.array(z.int()),
      state: z.string(),
      restarts: z.int(),
      lastEnd: z.string().nullable(),
      health: z.array(health),
    }),
  ),
  identifies: z
    .object({ left: z.int(), allowed: z.int(), perDay: z.int(), reason: z.string().nullable() })
    .nullable(),
  requests: z.object({ outage: z.string().nullable() }).nullable(),
  operation: z
    .object({
      id: z.int(),
      kind: z.string(),
      state: z.enum(['running', 'done', 'failed']),
      done: z.int(),
      total: z.int(),
      step: z.string(),
      error: z.string().nullable(),
    })
    .nullable(),
})
type ClusterView = z.infer<typeof clusterView>

const refusal = z.object({ error: z.string() })

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) }).catch(error => {
    throw new Error(`no manager answers at ${url}; is it running, and is MANAGER_URL right?`, {
      cause: error,
    })
  })
  const text = await answer.text()
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  if (!answer.ok)
    throw new Error(refusal.safeParse(body).data?.error ?? `the manager answered ${answer.status}`)
  return body
}

function table(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function describe({
  role,
  reason,
  totalShards,
  processes,
  identifies,
  requests,
  operation,
}: ClusterView): string {
  if (role === 'standby') return `standby: ${reason}`
  const rows = processes.map(one => [
    String(one.id),
    String(one.pid ?? '–'),
    one.shards.length > 1 ? `${one.shards[0]}–${one.shards.at(-1)}` : String(one.shards[0]),
    `${one.health.filter(shard => shard.isConnected).length} of ${one.shards.length}`,
    one.state,
    String(one.restarts),
    one.lastEnd ?? '–',
  ])
  const lines = [
    `${totalShards} shards in ${processes.length} processes`,
    table([['process', 'pid', 'shards', 'connected', 'state', 'restarts', 'last end'], ...rows]),
  ]
  if (identifies)
    lines.push(
      `logins left today: ${identifies.left} of ${identifies.allowed} that the bot allows itself (Discord gives ${identifies.perDay})`,
    )
  if (identifies?.reason) lines.push(identifies.reason)
  if (requests?.outage) lines.push(`no request is sent: ${requests.outage}`)
  if (operation) lines.push(`last operation: ${operation.kind}, ${operation.error ?? operation.step}`)
  return lines.join('\n')
}

function readCommand(): OperationRequest | { kind: 'status' } {
  const [command, count, ...more] = parseArgs({ allowPositionals: true }).positionals
  const isPlain = count === undefined && more.length === 0
  if (isPlain && (command === 'status' || command === 'restart' || command === 'drain'))
    return { kind: command }
  if (command === 'reshard' && more.length === 0) {
    if (/^[1-9]\d{0,4}$/.test(count ?? '')) return { kind: 'reshard', totalShards: Number(count) }
    throw new Error(`reshard "${count ?? ''}": expected the number of shards to go to, such as 8\n\n${USAGE}`)
  }
  throw new Error(
    `${command ? `there is no command "${[command, count].join(' ').trim()}"` : 'which command?'}\n\n${USAGE}`,
  )
}

async function follow(url: string, id: number): Promise<void> {
  let shown = ''
  for (;;) {
    const { operation } = clusterView.parse(await ask(`${url}/cluster`))
    if (operation?.id !== id) throw new Error('the manager was restarted meanwhile; look at "status"')
    const line = `${operation.done}/${operation.total}  ${operation.step}`
    if (line !== shown) console.log(line)
    shown = line
    if (operation.state === 'failed') throw new Error(operation.error ?? 'it failed')
    if (operation.state === 'done') return
    await sleep(LOOK_MS)
  }
}

await runCommand('cluster', async () => {
  const config = readConfig(
    {
      MANAGER_PORT: port(3200),
      MANAGER_URL: webAddress('http', 'https').optional(),
      MANAGER_TOKEN: z.string().optional(),
      DATA_DIR: z.string().default('.data'),
    },
    { ...readEnvFile('.', process.env), ...process.env },
  )
  const command = readCommand()
  const url = config.MANAGER_URL ?? `http://127.0.0.1:${config.MANAGER_PORT}`
  if (command.kind === 'status') {
    console.log(describe(clusterView.parse(await ask(`${url}/cluster`))))
    return
  }
  // `npm start` leaves one there.
  const file = join(config.DATA_DIR, 'manager.token')
  const token = config.MANAGER_TOKEN ?? (await readFile(file, 'utf8').catch(() => undefined))
  if (token === undefined)
    throw new Error(`set MANAGER_TOKEN to the manager's, since there is none in ${file}`)
  const begun = await ask(`${url}/operations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/json' },
    body: JSON.stringify(command),
  })
  await follow(url, z.object({ id: z.int() }).parse(begun).id)
})
