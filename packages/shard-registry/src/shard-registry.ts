import type { ClusterTable } from './cluster-table.ts'
import { MOST_NOTICE_SOURCES, type NoticesPush } from './notices.ts'
import type { Push } from './push.ts'
import type { ShardState } from './shard-state.ts'

/** All that is known of one shard; times are in ms since 1970 by the registry's clock. */
export type ShardRecord = {
  state: ShardState
  /** When it came into that state. */
  sinceMs: number
  lastHealthyMs: number | null
  pingMs: number | null
  guilds: number | null
  /** How often it lost its connection and came back since its process began, and when it last did. */
  reconnects: number | null
  reconnectedAtMs: number | null
  processId: string | null
}

/**
 * `state`: the state was set or has changed; `health`: only that the shard lives was said;
 * `revived`: that was said, and it had been thought otherwise.
 */
export type ChangeKind = 'state' | 'health' | 'revived'

export type Change = { cluster: string; shard: number; kind: ChangeKind; record: ShardRecord }

export type RegistryListener = {
  /** What one push or sweep has changed, in the order in which it was applied. */
  changed(changes: Change[]): void
  /** The notices of a cluster are others than before. */
  noticed(cluster: string): void
  /** A cluster is new or has another number of shards, or history was lost: read everything anew. */
  reset(): void
}

/** Whoever told it can be told so: nothing is wrong in here. */
export class MostSourcesError extends Error {
  constructor(cluster: string) {
    super(
      `cluster "${cluster}" has ${MOST_NOTICE_SOURCES} sources of notices already; ` +
        'one that is silent for a minute makes room',
    )
  }
}

/**
 * The states of all shards of all clusters. Everything is read from this replica's picture, which is current for
 * what this replica pushed as soon as the push resolves, and follows the other replicas within milliseconds.
 * The last push to arrive wins.
 */
export interface ShardRegistry extends AsyncDisposable {
  /**
   * A whole process, or a single shard: states, and health of those that live. While a newer generation pushes, that
   * of an older one changes nothing; once the newer has been silent for a health timeout, it does again.
   * A push of the layout that is coming is kept beside the present one (`ClusterTable.coming`), until it takes over or
   * has been silent for a health timeout.
   */
  push(cluster: string, push: Push): Promise<void>
  /** Sets one shard's state and says so to every listener, even where it is the same. */
  setState(cluster: string, shard: number, state: ShardState): Promise<void>
  /**
   * The shard lives: Unknown and Unhealthy become Online, other states stay and are good for another timeout.
   * An intended Offline stays Offline.
   */
  health(cluster: string, shard: number): Promise<void>
  /**
   * Replaces the notices of that source; they are gone when it has not repeated them for their lifetime.
   * @throws {MostSourcesError}
   */
  setNotices(cluster: string, push: NoticesPush): Promise<void>
  /** A cluster that is known by configuration; its shards are Unknown until somebody pushes. */
  expect(cluster: string, totalShards: number): void
  /** This replica's picture of one cluster. */
  cluster(name: string): ClusterTable | undefined
  /** By name, in alphabetical order. */
  clusters(): ClusterTable[]
  /**
   * Turns every shard Unhealthy whose time is over, and takes down the notices of silent sources; any number of
   * replicas may sweep. Answers how many shards it turned.
   */
  sweep(): Promise<number>
  subscribe(listener: RegistryListener): Disposable
  /** The time by the clock that all times here are by; whoever reckons an age of them asks it, and no other clock. */
  nowMs(): number
  /**
   * Since when the picture is the last known one and no more, in ms since 1970; null while it is current. While it is
   * stale pushes may be refused, and no shard is called unhealthy for its silence.
   */
  staleSinceMs(): number | null
  /** Rejects with the reason when what the registry depends on does not answer. */
  check(): Promise<void>
}
