import {
  MOST_NOTICE_SHARDS,
  MOST_NOTICE_TEXT,
  MOST_NOTICES,
  type NoticesPush,
  noticeLevels,
  type PushedNotice,
} from '@shardlight/shard-registry'

const cut = (text: string) =>
  text.length > MOST_NOTICE_TEXT ? `${text.slice(0, MOST_NOTICE_TEXT - 1)}…` : text

const byLevel = (one: PushedNotice, other: PushedNotice) =>
  noticeLevels.indexOf(one.level) - noticeLevels.indexOf(other.level)

/**
 * What the API takes of it: what it refuses would be told to nobody. A reason that a library has written may be long,
 * two notices may share an id, and of very many the gravest matter.
 */
export function fitting({ source, notices }: NoticesPush): NoticesPush {
  const byId = new Map(notices.map(notice => [notice.id, notice]))
  return {
    source,
    notices: [...byId.values()]
      .toSorted(byLevel)
      .slice(0, MOST_NOTICES)
      .map(notice => ({
        ...notice,
        text: cut(notice.text),
        ...(notice.shards && { shards: notice.shards.slice(0, MOST_NOTICE_SHARDS) }),
      })),
  }
}
