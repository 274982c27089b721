import { dayOf, type RecentChange } from '@shardlight/recent-changes'

export type DayCount = { day: string; wiki: string; type: string; isBot: boolean; count: number }
export type PageEdits = { hour: string; wiki: string; title: string; edits: number }

const inOrder = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

function countBy<Key extends object>(keys: Key[]): (Key & { count: number })[] {
  const counts = new Map<string, Key & { count: number }>()
  for (const key of keys) {
    const name = JSON.stringify(key)
    counts.set(name, { ...key, count: (counts.get(name)?.count ?? 0) + 1 })
  }
  return [...counts].sort(([a], [b]) => inOrder(a, b)).map(([, counted]) => counted)
}

/** The same event twice is one. */
export const unique = (changes: RecentChange[]): RecentChange[] => [
  ...new Map(changes.map(change => [change.id, change])).values(),
]

export const countDays = (changes: RecentChange[]): DayCount[] =>
  countBy(
    unique(changes).map(change => ({
      day: dayOf(change.at),
      wiki: change.wiki,
      type: change.type,
      isBot: change.isBot,
    })),
  )

export function mostEdited(changes: RecentChange[], top: number): PageEdits[] {
  const edits = unique(changes).flatMap(({ at, wiki, title, type }) =>
    title !== null && (type === 'edit' || type === 'new')
      ? [{ hour: `${at.toISOString().slice(0, 13)}:00`, wiki, title }]
      : [],
  )
  const pages = countBy(edits).map(({ count, ...page }) => ({ ...page, edits: count }))
  const groups = Object.values(Object.groupBy(pages, page => JSON.stringify([page.hour, page.wiki])))
  return groups.flatMap((group = []) =>
    group.sort((a, b) => b.edits - a.edits || inOrder(a.title, b.title)).slice(0, top),
  )
}
