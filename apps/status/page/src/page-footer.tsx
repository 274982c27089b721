import type { Brand } from './brand.ts'
import { pageWords } from './page-words.ts'
import { languageCodes, languages } from './words/languages.ts'
import { useTongue, useWords } from './words/use-words.ts'

/** What a shard is, where else to go, and the other languages. */
export function PageFooter({ brand, inLanguage }: { brand: Brand; inLanguage: (code: string) => string }) {
  const words = useWords(pageWords)
  const { language } = useTongue()
  return (
    <footer>
      <p class="footer-words">{words.whatIsAShard}</p>
      <div class="footer-rows">
        <nav class="footer-links" aria-label={words.links}>
          {brand.links.map(({ text, href }) => (
            <a key={href} href={href} rel="noopener">
              {text}
            </a>
          ))}
          <a href="/openapi.json">API</a>
        </nav>
        <nav class="footer-links" aria-label={words.languages}>
          {languageCodes.map(code => (
            <a
              key={code}
              href={inLanguage(code)}
              lang={code}
              hreflang={code}
              aria-current={code === language ? 'true' : undefined}
            >
              {languages[code].name}
            </a>
          ))}
        </nav>
      </div>
    </footer>
  )
}
