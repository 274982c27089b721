import { ShardState } from '@shardlight/shard-registry'
import { Kind, kindOf, RESUMING_GRACE_MS } from './shard-kind.ts'

const NOT_RESUMING = -1

/** What must be remembered of one cluster's shards between two looks at them. */
export class ClusterWatch {
  readonly totalShards: number
  readonly #heard: Uint8Array
  readonly #resumingSinceMs: Float64Array

  constructor(totalShards: number) {
    this.totalShards = totalShards
    this.#heard = new Uint8Array(totalShards)
    this.#resumingSinceMs = new Float64Array(totalShards).fill(NOT_RESUMING)
  }

  /** Somebody has spoken of this shard since it was last doubted. */
  heard(shard: number): void {
    this.#heard[shard] = 1
  }

  /** What the picture says of the shards may be old. */
  doubt(): void {
    this.#heard.fill(0)
  }

  /**
   * What each shard is now, one byte a shard.
   * @param trustsAll also those that have not been heard since they were doubted
   */
  look(
    states: Readonly<Uint8Array>,
    { nowMs, trustsAll }: { nowMs: number; trustsAll: boolean },
  ): Uint8Array {
    const kinds = new Uint8Array(this.totalShards)
    for (let shard = 0; shard < kinds.length; shard++) {
      const state = states[shard] ?? ShardState.Unknown
      let kind = kindOf[state] ?? Kind.unknown
      if (state !== ShardState.Resuming) this.#resumingSinceMs[shard] = NOT_RESUMING
      else {
        const sinceMs = this.#resumingSinceMs[shard] ?? NOT_RESUMING
        if (sinceMs === NOT_RESUMING) this.#resumingSinceMs[shard] = nowMs
        else if (nowMs - sinceMs > RESUMING_GRACE_MS) kind = Kind.down
      }
      kinds[shard] = trustsAll || this.#heard[shard] === 1 ? kind : Kind.unknown
    }
    return kinds
  }
}
