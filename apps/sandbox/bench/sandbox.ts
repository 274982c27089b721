import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { atMost, type Benchmark, median } from '@shardlight/bench'
import { connectShards, quiet, type Rates, ratesOf } from './servers/load.ts'

const STARTS = 3

/** The program as `npm start` runs it, until it says that it is ready. */
async function start(guilds: number): Promise<AsyncDisposable & { tookMs: number; port: number }> {
  const since = performance.now()
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'src', 'main.ts')], {
    env: { PATH: process.env['PATH'], SANDBOX_PORT: '0', SANDBOX_GUILDS: String(guilds) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = await once(child.stdout, 'data')
  const tookMs = performance.now() - since
  const port = /"url":"http:\/\/[\d.]+:(\d+)"/.exec(String(line))?.[1]
  if (port === undefined) throw new Error(`the sandbox said ${line}`)
  return {
    tookMs,
    port: Number(port),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function startTimeMs(guilds: number): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < STARTS; run++) {
    await using sandbox = await start(guilds)
    times.push(sandbox.tookMs)
  }
  return Math.round(median(times))
}

async function memoryMiB(guilds: number, shards: number): Promise<{ alone: number; connected: number }> {
  await using sandbox = await start(guilds)
  const url = `http://127.0.0.1:${sandbox.port}`
  const read = async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    const bytes = /^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]
    return Math.round(Number(bytes) / 1024 / 1024)
  }
  const alone = await read()
  await fetch(`${url}/sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ maxConcurrency: shards }),
  })
  const { sockets, received } = await connectShards(sandbox.port, shards)
  await quiet(received)
  if (received() < guilds) throw new Error(`only ${received()} frames for ${guilds} guilds came`)
  const connected = await read()
  for (const socket of sockets) socket.terminate()
  return { alone, connected }
}

/** Twice in turn, and the better of each: what else the machine does strikes both. */
async function bestInTurn(): Promise<[Rates, Rates]> {
  const runs: [Rates, Rates][] = []
  for (let round = 0; round < 2; round++) runs.push([await ratesOf('sandbox'), await ratesOf('bare')])
  const best = (contender: 0 | 1): Rates => ({
    requestsPerSecond: Math.max(...runs.map(run => run[contender].requestsPerSecond)),
    dispatchesPerSecond: Math.max(...runs.map(run => run[contender].dispatchesPerSecond)),
  })
  return [best(0), best(1)]
}

export const benchmark: Benchmark = {
  description: 'how fast the local Discord starts and answers, and what it needs in memory',
  async run({ say }) {
    say('starting a world of 2,000 guilds')
    const startMs = await startTimeMs(2_000)
    const emptyStartMs = await startTimeMs(0)
    say('connecting 16 shards to 20,000 guilds')
    const memory = await memoryMiB(20_000, 16)
    say('requests and events, beside a bare Fastify route and a bare ws')
    const [ours, floor] = await bestInTurn()
    return {
      rows: [
        { name: 'sandbox', ...ours },
        { name: 'bare Fastify route, bare ws', ...floor },
      ],
      figures: {
        startMs,
        emptyStartMs,
        rssMiBAlone: memory.alone,
        rssMiB: memory.connected,
        requestsPerSecond: ours.requestsPerSecond,
        bareRequestsPerSecond: floor.requestsPerSecond,
        dispatchesPerSecond: ours.dispatchesPerSecond,
        bareDispatchesPerSecond: floor.dispatchesPerSecond,
      },
      aims: [
        atMost('a world of 2,000 guilds starts in under 2 s (ms)', startMs, 1_999),
        atMost('16 shards with 20,000 guilds fit in 1 GiB (MiB)', memory.connected, 1_024),
      ],
      notes: [
        `start: ${startMs} ms with 2,000 guilds, ${emptyStartMs} ms with none (process start to ready, median of ${STARTS})`,
        `memory: ${memory.alone} MiB with 20,000 guilds, ${memory.connected} MiB once 16 shards had them all`,
      ],
    }
  },
}
