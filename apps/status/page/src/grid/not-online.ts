import { ShardState } from '@shardlight/shard-registry'

/** Shards next to one another that are in the same state, as those of one process often are. */
export type Run = { state: number; first: number; last: number }

/** What is down before what is on the way, and that before what nobody has spoken of. */
const GRAVEST_FIRST: readonly number[] = [
  ShardState.Unhealthy,
  ShardState.Offline,
  ShardState.Stopping,
  ShardState.Starting,
  ShardState.Resuming,
  ShardState.Unknown,
]

const lengthOf = ({ first, last }: Run) => last - first + 1

/** The shards that are not online, the gravest first; of very many runs only the first, and how many shards more. */
export function notOnline(
  states: Readonly<Uint8Array>,
  mostRuns: number,
): { total: number; runs: Run[]; more: number } {
  const found = new Map<number, Run[]>(GRAVEST_FIRST.map(state => [state, []]))
  let total = 0
  let open: Run | undefined
  for (let shard = 0; shard < states.length; shard += 1) {
    const state = states[shard] ?? ShardState.Unknown
    if (state === ShardState.Online) continue
    total += 1
    if (open?.state === state && open.last === shard - 1) {
      open.last = shard
      continue
    }
    open = { state, first: shard, last: shard }
    found.get(state)?.push(open)
  }
  const runs = [...found.values()].flat().slice(0, mostRuns)
  return { total, runs, more: total - runs.reduce((sum, run) => sum + lengthOf(run), 0) }
}
