import type { Cluster } from '../fleet/fleet.ts'
import { NoticeSign, wordOf } from './notice-sign.tsx'

const SHOWN_AT_ONCE = 2

/** The gravest of the notices that name the shard. */
export function ShardNotices({ cluster, shard }: { cluster: Cluster | undefined; shard: number }) {
  const notices = cluster?.notices.filter(({ shards }) => shards?.includes(shard)) ?? []
  return (
    <>
      {notices.slice(0, SHOWN_AT_ONCE).map(({ source, id, level, text }) => (
        <p key={`${source} ${id}`} class="shard-notice">
          <NoticeSign level={level} />
          <span>
            <span class="unseen">{wordOf(level)}: </span>
            {text}
          </span>
        </p>
      ))}
    </>
  )
}
