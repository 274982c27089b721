import { chooseLanguage, localeOf } from './languages.ts'
import { createTongue, type Tongue } from './tongue.ts'

/** The language of `?lang=`, else the visitor's own; the page is marked with it. */
export function visitorTongue(): Tongue {
  const asked = new URLSearchParams(location.search).get('lang')
  const language = chooseLanguage(asked, ...navigator.languages)
  const tongue = createTongue(language, localeOf(language, navigator.languages))
  document.documentElement.lang = language
  document.documentElement.dir = tongue.dir
  return tongue
}
