import type { Notice } from '@shardlight/shard-registry'
import { ranges } from '../format.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { NoticeSign } from './notice-sign.tsx'
import { noticeWords } from './notice-words.ts'

/** More than these would push what they explain out of sight. */
const SHOWN_AT_ONCE = 4

function NoticeItem({ notice, nowMs }: { notice: Notice; nowMs: number }) {
  const { level, text, shards, sinceMs } = notice
  const words = useWords(noticeWords)
  const since = useTongue().moment(sinceMs, nowMs)
  return (
    <li class={`notice notice-${level}`}>
      <NoticeSign level={level} />
      <div class="notice-words">
        <p>
          <strong>{words[level]}:</strong> <bdi>{text}</bdi>
        </p>
        <p class="notice-about">
          {shards && shards.length > 0
            ? words.about(shards.length, ranges(shards), since)
            : words.since(since)}
        </p>
      </div>
    </li>
  )
}

/** What there is to say of a cluster besides the states of its shards. */
export function NoticeList({ notices, nowMs }: { notices: readonly Notice[]; nowMs: number }) {
  const words = useWords(noticeWords)
  const items = notices.map(notice => (
    <NoticeItem key={`${notice.source} ${notice.id}`} notice={notice} nowMs={nowMs} />
  ))
  const more = items.length - SHOWN_AT_ONCE
  return (
    // There from the beginning: what comes together with its live region is not read out.
    <div class="notices" aria-live="polite">
      {items.length > 0 && (
        <ul class="notice-list" aria-label={words.title}>
          {items.slice(0, SHOWN_AT_ONCE)}
        </ul>
      )}
      {more > 0 && (
        <details class="notice-more">
          <summary>{words.more(more)}</summary>
          <ul class="notice-list" aria-label={words.moreTitle}>
            {items.slice(SHOWN_AT_ONCE)}
          </ul>
        </details>
      )}
    </div>
  )
}
