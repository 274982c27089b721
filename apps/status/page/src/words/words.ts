import type { Language } from './languages.ts'
import type { Tongue } from './tongue.ts'

/** The words of one part of the page in every language: a missing one does not compile. */
export type WordBook<W> = Record<Language, (tongue: Tongue) => W>

/**
 * Each part of the page has its words beside it. The English ones say which there must be:
 *
 * ```ts
 * export const lookupWords = defineWords({
 *   en: ({ plural }) => ({ title: 'Lookup', found: (n: number) => plural(n, { one: '# shard', other: '# shards' }) }),
 *   de: …
 * })
 * ```
 */
export const defineWords = <W>(book: { en: (tongue: Tongue) => W } & WordBook<NoInfer<W>>): WordBook<W> =>
  book

export const wordsIn = <W>(tongue: Tongue, book: WordBook<W>): W => book[tongue.language](tongue)
