import type { Brand } from './brand.ts'
import type { Fleet } from './fleet/fleet.ts'
import { pageWords } from './page-words.ts'
import { verdictOf } from './verdict.ts'
import { useTongue, useWords } from './words/use-words.ts'

/** What a tab in the background says: how all are, and whose page it is. */
export function useTitle(fleet: Pick<Fleet, 'clusters' | 'counts'>, brand: Brand): string {
  const { text } = verdictOf(useTongue(), fleet.counts(), fleet.clusters().length)
  return `${text} · ${brand.name} ${useWords(pageWords).status}`
}
