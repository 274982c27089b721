/** A language begins with a line here; `tsc` then names every place that lacks its words. */
export const languages = {
  en: { name: 'English', dir: 'ltr', justNow: 'just now' },
  de: { name: 'Deutsch', dir: 'ltr', justNow: 'gerade eben' },
  es: { name: 'Español', dir: 'ltr', justNow: 'ahora mismo' },
  fr: { name: 'Français', dir: 'ltr', justNow: 'à l’instant' },
} as const satisfies Record<string, { name: string; dir: 'ltr' | 'rtl'; justNow: string }>

export type Language = keyof typeof languages

export const isLanguage = (code: string): code is Language => Object.hasOwn(languages, code)

export const languageCodes: readonly Language[] = Object.keys(languages).filter(isLanguage)

const primaryOf = (tag: string) => tag.trim().toLowerCase().split('-')[0] ?? ''

/** The first of the visitor's languages (`de-AT` is German) that the page speaks; English otherwise. */
export function chooseLanguage(...tags: readonly (string | null | undefined)[]): Language {
  return tags.map(tag => primaryOf(tag ?? '')).find(isLanguage) ?? 'en'
}

/** The visitor's own variety of a language, for dates and numbers: `de-AT` where German was chosen. */
export const localeOf = (language: Language, tags: readonly string[]): string =>
  tags.find(tag => primaryOf(tag) === language) ?? language

const MOST_HEADER_CHARACTERS = 500

/** The tags of an `Accept-Language` header, the most wanted first (RFC 9110, 12.5.4). */
export function readAcceptLanguage(header: string | undefined): string[] {
  return (header ?? '')
    .slice(0, MOST_HEADER_CHARACTERS)
    .split(',')
    .map(part => {
      const [tag = '', ...parameters] = part.split(';')
      const quality = parameters.map(each => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find(each => each)
      return { tag: tag.trim(), quality: Number(quality ?? 1) }
    })
    .filter(({ tag, quality }) => tag !== '' && quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag)
}
