import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { port, readConfig, readEnvFile, runCommand, webAddress } from '@shardlight/service'
import { type Incident, incidentSchema, incidentsAnswerSchema } from '@shardlight/status-client'
import { z } from 'zod'
import { type Command, readCommand, USAGE, UsageError } from './command/read-command.ts'
import { describeNewToken } from './doors/describe-new-token.ts'

/** Longer than the page itself waits for its database: it says better what is wrong. */
const TIMEOUT_MS = 15_000

const refusal = z.object({ error: z.string() })

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(cause => {
    if (cause instanceof Error && cause.name === 'TimeoutError')
      throw new Error(
        `${url} has not answered within ${TIMEOUT_MS / 1000} s; before you write again, list what there is`,
        { cause },
      )
    throw new Error(`no status page answers at ${url}; is it running, and is STATUS_URL right?`, { cause })
  })
  const text = await answer.text()
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  if (!answer.ok)
    throw new Error(refusal.safeParse(body).data?.error ?? `the status page answered ${answer.status}`)
  return body
}

const moment = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

function describe({ id, cluster, kind, status, title, startsAtMs, endsAtMs, updates }: Incident): string {
  const planned =
    kind === 'maintenance' && startsAtMs !== null && endsAtMs !== null
      ? [`    planned from ${moment(startsAtMs)} to ${moment(endsAtMs)}`]
      : []
  const said = updates.map(update => `    ${moment(update.atMs)}  ${update.status}: ${update.text}`)
  return [`${id}  ${cluster}  ${status}  ${title}`, ...planned, ...said].join('\n')
}

async function readToken(given: string | undefined, dataDir: string): Promise<string> {
  // `npm start` leaves one there.
  const file = join(dataDir, 'operator.token')
  const token = given ?? (await readFile(file, 'utf8').catch(() => undefined))
  if (token === undefined)
    throw new Error(`set STATUS_OPERATOR_TOKEN to an operator's, since there is none in ${file}`)
  return token.trim()
}

function readArguments(): Command {
  try {
    return readCommand(process.argv.slice(2), Date.now())
  } catch (error) {
    if (error instanceof UsageError) console.error(`${USAGE}\n`)
    throw error
  }
}

await runCommand('status', async () => {
  const config = readConfig(
    {
      STATUS_PORT: port(3000),
      STATUS_URL: webAddress('http', 'https').optional(),
      STATUS_OPERATOR_TOKEN: z.string().optional(),
      CLUSTER_NAME: z.string().default('main'),
      DATA_DIR: z.string().default('.data'),
    },
    { ...readEnvFile('.', process.env), ...process.env },
  )
  const command = readArguments()
  if (command.kind === 'token') {
    console.log(describeNewToken(command.cluster))
    return
  }
  const base = `${(config.STATUS_URL ?? `http://127.0.0.1:${config.STATUS_PORT}`).replace(/\/+$/, '')}/api/v2`
  if (command.kind === 'list') {
    const path = command.cluster === undefined ? 'incidents' : `clusters/${command.cluster}/incidents`
    const { open, past } = incidentsAnswerSchema.parse(await ask(`${base}/${path}?limit=10`))
    console.log([...open, ...past].map(describe).join('\n') || 'there are no incidents')
    return
  }
  const token = await readToken(config.STATUS_OPERATOR_TOKEN, config.DATA_DIR)
  const cluster = command.cluster ?? config.CLUSTER_NAME
  const written = await ask(`${base}/clusters/${encodeURIComponent(cluster)}/${command.path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(command.body),
  })
  console.log(describe(incidentSchema.parse(written)))
})
