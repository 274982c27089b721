import type { Brand } from './brand.ts'
import type { Fleet } from './fleet/fleet.ts'
import { verdictWith } from './incidents/maintained.ts'
import { pageWords } from './page-words.ts'
import { verdictOfPast } from './verdict.ts'
import { useTongue, useWords } from './words/use-words.ts'

/** What a tab in the background says: how all are, and whose page it is. */
export function useTitle(
  fleet: Pick<Fleet, 'clusters' | 'counts'>,
  brand: Brand,
  maintained: ReadonlySet<string>,
  staleMs: number | undefined,
): string {
  const tongue = useTongue()
  const known = verdictWith(tongue, fleet, maintained)
  const { text } = staleMs === undefined ? known : verdictOfPast(tongue, known, staleMs)
  return `${text} · ${brand.name} ${useWords(pageWords).status}`
}
