export type Person = { id: string; name: string }

/** The unfinished `@nam` before the caret, if somebody is being mentioned there. */
export function readOpenMention(text: string, caret: number): { start: number; query: string } | undefined {
  const found = /(?:^|\s)@([^\s@]*)$/.exec(text.slice(0, caret))
  if (!found) return undefined
  const query = found[1] ?? ''
  return { start: caret - query.length - 1, query }
}

export const matching = (people: Person[], query: string): Person[] =>
  people.filter(({ name }) => name.toLowerCase().startsWith(query.toLowerCase()))

/** `@Name` of somebody who is here becomes a mention, in any case; the longest name wins. */
export function withMentions(text: string, people: Person[]): string {
  const byLength = people.toSorted((a, b) => b.name.length - a.name.length)
  let written = text
  for (const { id, name } of byLength) {
    const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    written = written.replaceAll(new RegExp(`(?<![\\w<])@${escaped}(?![\\w-])`, 'gi'), `<@${id}>`)
  }
  return written
}
