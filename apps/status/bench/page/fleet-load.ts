import { setTimeout as sleep } from 'node:timers/promises'

const [ONLINE, UNHEALTHY, RESUMING] = [3, 1, 6]
const SHARDS_PER_PROCESS = 40
const CHANGES_A_PUSH = 7
const TICK_MS = 50
/** So many are down at a time; each that goes down more brings the oldest back. */
const MOST_DOWN = 1_000

type Pushed = { id: number; state: number }

/** Pseudo-random, so that each run changes the same shards (Numerical Recipes' constants). */
function createRandom(seed = 1): () => number {
  let at = seed
  return () => {
    at = (at * 1_664_525 + 1_013_904_223) % 2 ** 32
    return at / 2 ** 32
  }
}

export type FleetLoad = AsyncDisposable & { pushed(): { changes: number; health: number; failed: number } }

/** Pushes as a bot's shard processes do: all shards once, then so many changes and so much health a second. */
export async function startFleetLoad({
  url,
  token,
  totalShards,
  changesPerSecond,
  healthPerSecond,
}: {
  url: string
  token: string
  totalShards: number
  changesPerSecond: number
  healthPerSecond: number
}): Promise<FleetLoad> {
  const states = new Uint8Array(totalShards).fill(ONLINE)
  const random = createRandom()
  const down: number[] = []
  const pushed = { changes: 0, health: 0, failed: 0 }
  let healthAt = 0

  async function push(process: number, shards: Pushed[]): Promise<void> {
    const answer = await fetch(`${url}/api/v2/clusters/main/shards`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ totalShards, process: { id: `process-${process}` }, shards }),
    }).catch(() => undefined)
    if (answer?.status !== 204) pushed.failed += 1
  }

  const withState = (id: number): Pushed => ({ id, state: states[id] ?? ONLINE })
  const processes = Math.ceil(totalShards / SHARDS_PER_PROCESS)
  const shardsOf = (process: number) =>
    Array.from({ length: SHARDS_PER_PROCESS }, (_, at) => process * SHARDS_PER_PROCESS + at).filter(
      id => id < totalShards,
    )

  /** Some shards of one process go down, or, where enough are, the oldest of them come back. */
  function change(): Promise<void> {
    const isBack = down.length >= MOST_DOWN
    const process = Math.floor(random() * processes)
    const chosen = isBack
      ? down.splice(0, CHANGES_A_PUSH)
      : shardsOf(process)
          .filter(id => states[id] === ONLINE)
          .slice(0, CHANGES_A_PUSH)
    for (const id of chosen) states[id] = isBack ? ONLINE : id % 2 === 0 ? UNHEALTHY : RESUMING
    if (!isBack) down.push(...chosen)
    pushed.changes += chosen.length
    return push(Math.floor((chosen[0] ?? 0) / SHARDS_PER_PROCESS), chosen.map(withState))
  }

  function health(): Promise<void> {
    const process = healthAt
    healthAt = (healthAt + 1) % processes
    const shards = shardsOf(process)
    pushed.health += shards.length
    return push(process, shards.map(withState))
  }

  for (let process = 0; process < processes; process += 1) await health()
  pushed.health = 0

  const ending = new AbortController()
  async function go(): Promise<void> {
    const beganMs = performance.now()
    while (!ending.signal.aborted) {
      const seconds = (performance.now() - beganMs) / 1_000
      const waiting: Promise<void>[] = []
      while (pushed.changes < seconds * changesPerSecond) waiting.push(change())
      while (pushed.health < seconds * healthPerSecond) waiting.push(health())
      await Promise.all(waiting)
      await sleep(TICK_MS)
    }
  }
  const going = go()
  return {
    pushed: () => ({ ...pushed }),
    async [Symbol.asyncDispose]() {
      ending.abort()
      await going
    },
  }
}
