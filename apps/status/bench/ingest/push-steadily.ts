import { Agent, request } from 'node:http'
import { createHistogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Pushes at an even pace, as the shard processes of a fleet do together; autocannon sends a second's worth at once.
 * A push counts from when it was due, so that one that had to wait behind others counts for as long as it was late.
 */
export async function pushSteadily({
  url,
  token,
  connections,
  perSecond,
  seconds,
  bodies,
}: {
  url: string
  token: string
  connections: number
  perSecond: number
  seconds: number
  bodies: readonly string[]
}): Promise<{ perSecond: number; p99Ms: number; failed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const microseconds = createHistogram()
  let failed = 0

  const push = (body: string, dueMs: number) =>
    new Promise<void>(done => {
      const fail = () => {
        failed += 1
        done()
      }
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }
      request(url, { method: 'POST', agent, headers }, response => {
        response.resume().on('error', fail)
        response.on('end', () => {
          microseconds.record(Math.max(1, Math.round((performance.now() - dueMs) * 1_000)))
          if (response.statusCode === 204) done()
          else fail()
        })
      })
        .on('error', fail)
        .end(body)
    })

  const startMs = performance.now()
  const count = perSecond * seconds
  const pushes: Promise<void>[] = []
  while (pushes.length < count) {
    const dueNow = Math.min(count, Math.floor(((performance.now() - startMs) / 1_000) * perSecond))
    while (pushes.length < dueNow)
      pushes.push(
        push(bodies[pushes.length % bodies.length] ?? '', startMs + (pushes.length / perSecond) * 1_000),
      )
    await sleep(1)
  }
  await Promise.all(pushes)
  agent.destroy()
  return {
    perSecond: (count - failed) / seconds,
    p99Ms: Math.round(microseconds.percentile(99) / 100) / 10,
    failed,
  }
}
