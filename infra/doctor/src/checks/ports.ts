import { once } from 'node:events'
import { createServer } from 'node:net'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { bad, type Examination, type Finding, good } from '../finding.ts'

const doors = [
  { app: 'status page', name: 'STATUS', port: '3000' },
  { app: 'manager', name: 'MANAGER', port: '3200' },
  { app: 'ingester', name: 'INGESTER', port: '3300' },
]
const live = z.object({ live: z.literal(true) })

/** @returns why not, or undefined where one can listen there. */
async function obstacleTo(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  try {
    server.listen({ host, port })
    await once(server, 'listening')
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  } finally {
    server.close()
  }
}

async function isOurs(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  const reached = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host)
  try {
    const answer = await fetch(`http://${reached}:${port}/livez`, { signal })
    return live.safeParse(await answer.json()).success
  } catch {
    return false
  }
}

async function judgeDoor(
  { app, name, port: usual }: (typeof doors)[number],
  { readOr }: Deployment,
  signal: AbortSignal,
): Promise<Finding[]> {
  const host = readOr(`${name}_HOST`, '127.0.0.1')
  const port = Number(readOr(`${name}_PORT`, usual))
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return []
  const obstacle = await obstacleTo(host, port)
  if (obstacle === undefined) return [good(`${port} is free for the ${app}`)]
  if (obstacle === 'EADDRNOTAVAIL')
    return [
      bad(`${name}_HOST=${host} is no address of this machine`, `set ${name}_HOST to one, or 127.0.0.1`),
    ]
  if (obstacle === 'EACCES') return [bad(`${port} may not be opened`, `set ${name}_PORT to one above 1023`)]
  return (await isOurs(host, port, signal))
    ? [good(`the ${app} runs at ${port}`)]
    : [bad(`${port} is taken by another program`, `stop what listens there, or set ${name}_PORT`)]
}

export const ports = (deployment: Deployment): Examination => ({
  name: 'ports',
  todo: 'set the ports to others',
  run: async signal => (await Promise.all(doors.map(door => judgeDoor(door, deployment, signal)))).flat(),
})
