import type { PushedShard } from './push.ts'
import type { ShardRecord } from './shard-registry.ts'
import { isAlive, ShardState } from './shard-state.ts'

/** A push of an older generation is of a layout that is being left, for as long as the newest still pushes. */
export const isOvertaken = (
  { generation, nowMs }: { generation: number; nowMs: number },
  newest: { generation: number; lastPushMs: number },
  healthTimeoutMs: number,
): boolean => generation < newest.generation && nowMs < newest.lastPushMs + healthTimeoutMs

const unheard = {
  lastHealthyMs: null,
  pingMs: null,
  guilds: null,
  reconnects: null,
  reconnectedAtMs: null,
  processId: null,
}

/** The rules of `redis/apply.lua` for one push of one shard; the contract test holds both to the same. */
export function afterPush(
  before: ShardRecord | undefined,
  { state, pingMs, guilds, reconnects, reconnectedAtMs }: Omit<PushedShard, 'id'>,
  { nowMs, processId }: { nowMs: number; processId: string | undefined },
): ShardRecord {
  return {
    state,
    sinceMs: before?.state === state ? before.sinceMs : nowMs,
    lastHealthyMs: isAlive(state) ? nowMs : (before?.lastHealthyMs ?? null),
    pingMs: pingMs ?? null,
    guilds: guilds ?? before?.guilds ?? null,
    reconnects: reconnects ?? null,
    reconnectedAtMs: reconnectedAtMs ?? null,
    processId: processId ?? before?.processId ?? null,
  }
}

export function afterHealth(before: ShardRecord | undefined, nowMs: number): ShardRecord {
  if (!before || before.state <= ShardState.Unhealthy) {
    return { ...unheard, ...before, state: ShardState.Online, sinceMs: nowMs, lastHealthyMs: nowMs }
  }
  return before.state === ShardState.Offline ? before : { ...before, lastHealthyMs: nowMs }
}

export const afterSilence = (before: ShardRecord | undefined, nowMs: number): ShardRecord => ({
  ...unheard,
  ...before,
  state: ShardState.Unhealthy,
  sinceMs: nowMs,
  pingMs: null,
})
