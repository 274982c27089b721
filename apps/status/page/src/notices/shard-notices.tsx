import type { Cluster } from '../fleet/fleet.ts'
import { useWords } from '../words/use-words.ts'
import { NoticeSign } from './notice-sign.tsx'
import { noticeWords } from './notice-words.ts'

const SHOWN_AT_ONCE = 2

/** The gravest of the notices that name the shard. */
export function ShardNotices({ cluster, shard }: { cluster: Cluster | undefined; shard: number }) {
  const words = useWords(noticeWords)
  const notices = cluster?.notices.filter(({ shards }) => shards?.includes(shard)) ?? []
  return (
    <>
      {notices.slice(0, SHOWN_AT_ONCE).map(({ source, id, level, text }) => (
        <p key={`${source} ${id}`} class="shard-notice">
          <NoticeSign level={level} />
          <span>
            <span class="unseen">{words[level]}: </span>
            <bdi>{text}</bdi>
          </span>
        </p>
      ))}
    </>
  )
}
