import type { Language } from './languages.ts'
import type { Tongue } from './tongue.ts'

/** The words of one part of the page in every language: a missing one does not compile. */
export type WordBook<W> = Record<Language, (tongue: Tongue) => W>

/**
 * Each part of the page has its words beside it, and names them all in a type:
 *
 * ```ts
 * type LookupWords = { title: string; found(shards: number): string }
 *
 * export const lookupWords = defineWords<LookupWords>({
 *   en: ({ plural }) => ({ title: 'Lookup', found: shards => plural(shards, { one: '# shard', other: '# shards' }) }),
 *   de: …
 * })
 * ```
 */
export const defineWords = <W>(book: WordBook<W>): WordBook<W> => book

export const wordsIn = <W>(tongue: Tongue, book: WordBook<W>): W => book[tongue.language](tongue)
