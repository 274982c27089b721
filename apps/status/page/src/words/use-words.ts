import { createContext } from 'preact'
import { useContext, useMemo } from 'preact/hooks'
import { createTongue, type Tongue } from './tongue.ts'
import { type WordBook, wordsIn } from './words.ts'

/** In which language the page is. */
export const TongueContext = createContext<Tongue>(createTongue('en'))

/** Numbers, counts and times in the visitor's language. */
export const useTongue = (): Tongue => useContext(TongueContext)

/** The words of one part of the page, in the visitor's language. */
export function useWords<W>(book: WordBook<W>): W {
  const tongue = useTongue()
  return useMemo(() => wordsIn(tongue, book), [tongue, book])
}
