import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Brand } from '../brand.ts'
import { addressWith } from '../lookup/guild-address.ts'
import { PageFooter } from '../page-footer.tsx'
import { BrandLink } from '../page-header.tsx'
import { pageWords } from '../page-words.ts'
import type { Language } from '../words/languages.ts'
import { createTongue } from '../words/tongue.ts'
import { TongueContext, useWords } from '../words/use-words.ts'
import { wordsIn } from '../words/words.ts'
import { missingWords } from './missing-words.ts'

function MissingPage({ brand }: { brand: Brand }) {
  const words = useWords(missingWords)
  return (
    <>
      <header class="top">
        <BrandLink brand={brand} home="/" />
      </header>
      <main>
        <section class="verdict">
          <div class="verdict-words">
            <h1>{words.title}</h1>
            <p>{words.text}</p>
            <p>
              <a href="/">{words.home}</a>
            </p>
          </div>
        </section>
      </main>
      <PageFooter brand={brand} inLanguage={lang => addressWith('/', '', { lang })} />
    </>
  )
}

/** What stands where there is nothing. It says nothing of the address, which anybody may have made up. */
export function renderMissing({ language, brand }: { language: Language; brand: Brand }): {
  title: string
  description: string
  app: string
} {
  const tongue = createTongue(language, language, 'UTC')
  const render = (children: ComponentChildren) =>
    renderToString(<TongueContext.Provider value={tongue}>{children}</TongueContext.Provider>)
  const { description, status } = wordsIn(tongue, pageWords)
  const { title } = wordsIn(tongue, missingWords)
  return {
    title: render(<title>{`${title} · ${brand.name} ${status}`}</title>),
    description,
    app: render(<MissingPage brand={brand} />),
  }
}
