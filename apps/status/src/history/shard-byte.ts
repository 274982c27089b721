import type { ShardSlotState } from '@shardlight/status-client'

/** 0: no data, 1: switched off, 2: down all the time, 254: up all the time, between them a part of it. */
const OFF = 1
const DOWN = 2
const UP = 254

export type ShardTimes = { upMs: number; downMs: number; offMs: number }

/** Only what was up all the time may say so, and the same for down. */
export function shardByteOf({ upMs, downMs, offMs }: ShardTimes): number {
  const knownMs = upMs + downMs
  if (knownMs === 0) return offMs > 0 ? OFF : 0
  if (downMs === 0) return UP
  if (upMs === 0) return DOWN
  return Math.min(UP - 1, Math.max(DOWN + 1, Math.round(DOWN + (upMs / knownMs) * (UP - DOWN))))
}

export function readShardByte(byte: number): { state: ShardSlotState; upShare: number | null } {
  if (byte < OFF || byte > UP) return { state: null, upShare: null }
  if (byte === OFF) return { state: 'off', upShare: null }
  const upShare = (byte - DOWN) / (UP - DOWN)
  return { state: byte === UP ? 'up' : byte === DOWN ? 'down' : 'partly', upShare }
}

/** One byte a shard, from the times of all of them as a piece has them. */
export function packShards(shards: Uint32Array): Buffer {
  const total = shards.length / 3
  const bytes = Buffer.alloc(total)
  for (let shard = 0; shard < total; shard++) {
    const [upMs = 0, downMs = 0, offMs = 0] = [
      shards[shard],
      shards[total + shard],
      shards[2 * total + shard],
    ]
    bytes[shard] = shardByteOf({ upMs, downMs, offMs })
  }
  return bytes
}
