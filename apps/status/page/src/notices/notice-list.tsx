import type { Notice } from '@shardlight/shard-registry'
import { moment, ranges } from '../format.ts'
import { NoticeSign, wordOf } from './notice-sign.tsx'

/** More than these would push what they explain out of sight. */
const SHOWN_AT_ONCE = 4

function NoticeItem({ notice, nowMs }: { notice: Notice; nowMs: number }) {
  const { level, text, shards, sinceMs } = notice
  const about = [
    shards && shards.length > 0 && `${shards.length === 1 ? 'Shard' : 'Shards'} ${ranges(shards)}`,
    `${shards && shards.length > 0 ? 'since' : 'Since'} ${moment(sinceMs, nowMs)}`,
  ]
  return (
    <li class={`notice notice-${level}`}>
      <NoticeSign level={level} />
      <div class="notice-words">
        <p>
          <strong>{wordOf(level)}:</strong> {text}
        </p>
        <p class="notice-about">{about.filter(Boolean).join(' · ')}</p>
      </div>
    </li>
  )
}

/** What there is to say of a cluster besides the states of its shards. */
export function NoticeList({ notices, nowMs }: { notices: readonly Notice[]; nowMs: number }) {
  const items = notices.map(notice => (
    <NoticeItem key={`${notice.source} ${notice.id}`} notice={notice} nowMs={nowMs} />
  ))
  const more = items.length - SHOWN_AT_ONCE
  return (
    // There from the beginning: what comes together with its live region is not read out.
    <div class="notices" aria-live="polite">
      {items.length > 0 && (
        <ul class="notice-list" aria-label="Notices">
          {items.slice(0, SHOWN_AT_ONCE)}
        </ul>
      )}
      {more > 0 && (
        <details class="notice-more">
          <summary>{more === 1 ? '1 more notice' : `${more} more notices`}</summary>
          <ul class="notice-list" aria-label="More notices">
            {items.slice(SHOWN_AT_ONCE)}
          </ul>
        </details>
      )}
    </div>
  )
}
