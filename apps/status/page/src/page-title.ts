import type { Brand } from './brand.ts'
import type { Fleet } from './fleet/fleet.ts'
import { verdictWith } from './incidents/maintained.ts'
import { pageWords } from './page-words.ts'
import { useTongue, useWords } from './words/use-words.ts'

/** What a tab in the background says: how all are, and whose page it is. */
export function useTitle(
  fleet: Pick<Fleet, 'clusters' | 'counts'>,
  brand: Brand,
  maintained: ReadonlySet<string>,
): string {
  const { text } = verdictWith(useTongue(), fleet, maintained)
  return `${text} · ${brand.name} ${useWords(pageWords).status}`
}
