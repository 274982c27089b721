import { NOTICE_LIFETIME_MS } from '../notices.ts'
import { comingOf, Picture } from '../picture.ts'
import type { Push } from '../push.ts'
import type { Change, ShardRecord, ShardRegistry } from '../shard-registry.ts'
import { afterHealth, afterPush, afterSilence, isOvertaken } from '../transitions.ts'

/** Never jumps when the wall clock is set, yet counts from 1970. */
const steadyNowMs = () => Math.round(performance.timeOrigin + performance.now())

/** One replica, no Redis: a restart forgets all, and the pushes bring it back. */
export function createMemoryRegistry({
  healthTimeoutMs,
  noticeLifetimeMs = NOTICE_LIFETIME_MS,
  nowMs = steadyNowMs,
}: {
  healthTimeoutMs: number
  noticeLifetimeMs?: number
  nowMs?: () => number
}): ShardRegistry {
  const picture = new Picture()

  function update(
    cluster: string,
    shard: number,
    rule: (before: ShardRecord | undefined) => ShardRecord,
  ): Change {
    const table = picture.cluster(cluster)
    const before = table?.get(shard)
    const record = rule(before)
    // A later shard of the same push must see it: the picture is the only store there is.
    table?.set(shard, record)
    return { cluster, shard, record, kind: before?.state === record.state ? 'health' : 'state' }
  }

  function store(
    cluster: string,
    { totalShards, generation, process, shards }: Push & { generation: number },
  ): void {
    const atMs = nowMs()
    const newest = picture.cluster(cluster)?.newest ?? { generation, lastPushMs: atMs }
    if (isOvertaken({ generation, nowMs: atMs }, newest, healthTimeoutMs)) return
    const known = picture.cluster(cluster)?.totalShards ?? 0
    const total = totalShards ?? Math.max(known, ...shards.map(({ id }) => id + 1))
    if (total !== known && generation !== newest.generation) picture.layOutAnew(cluster, total)
    else if (total !== known) picture.resize(cluster, total)
    const changes = shards.map(pushed =>
      update(cluster, pushed.id, before =>
        afterPush(before, pushed, { nowMs: atMs, processId: process?.id }),
      ),
    )
    const table = picture.fill(cluster, total)
    if (process) table.sawProcess(process, atMs)
    table.lastPushMs = atMs
    table.newest = { generation, lastPushMs: atMs }
    picture.apply(changes)
  }

  return {
    async push(cluster, { isComing = false, generation = 0, ...push }) {
      const present = picture.cluster(cluster)
      if (isComing) {
        // One that comes no more: it is there.
        if (generation <= (present?.newest.generation ?? -1)) return
        return store(comingOf(cluster), { generation, ...push })
      }
      const coming = present?.coming?.newest.generation
      if (coming === generation) {
        picture.adoptComing(cluster)
        picture.fill(cluster).newest = { generation, lastPushMs: nowMs() }
      } else if (coming !== undefined && coming < generation) picture.dropComing(cluster)
      store(cluster, { generation, ...push })
    },
    async setState(cluster, shard, state) {
      const atMs = nowMs()
      const change = update(cluster, shard, before =>
        afterPush(before, { state }, { nowMs: atMs, processId: undefined }),
      )
      picture.fill(cluster, picture.cluster(cluster)?.totalShards ?? 0).lastPushMs = atMs
      picture.apply([{ ...change, kind: 'state' }])
    },
    async health(cluster, shard) {
      const atMs = nowMs()
      const change = update(cluster, shard, before => afterHealth(before, atMs))
      picture.fill(cluster, picture.cluster(cluster)?.totalShards ?? 0).lastPushMs = atMs
      picture.apply([{ ...change, kind: change.kind === 'state' ? 'revived' : 'health' }])
    },
    async setNotices(cluster, push) {
      const atMs = nowMs()
      picture.requireRoom(cluster, push, atMs)
      const notices = picture.completeNotices(cluster, push, atMs)
      picture.putNotices(cluster, { source: push.source, notices, untilMs: atMs + noticeLifetimeMs })
    },
    expect: (cluster, totalShards) => picture.expect(cluster, totalShards),
    cluster: name => picture.cluster(name),
    clusters: () => picture.clusters(),
    async sweep() {
      const atMs = nowMs()
      picture.expireNotices(atMs)
      for (const { name, coming } of picture.clusters())
        if (coming && coming.newest.lastPushMs + healthTimeoutMs <= atMs) picture.dropComing(name)
      const changes = picture
        .clusters()
        .flatMap(table => [table, ...(table.coming ? [table.coming] : [])])
        .flatMap(table =>
          table
            .overdue(atMs, healthTimeoutMs)
            .map(shard => update(table.name, shard, before => afterSilence(before, atMs))),
        )
      picture.apply(changes)
      return changes.length
    },
    subscribe: listener => picture.subscribe(listener),
    nowMs,
    staleSinceMs: () => null,
    check: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}
