const MARKS = {
  html: /<html lang="en" dir="ltr">/,
  description: /<meta name="description" content="[^"]*" ?\/?>/,
  title: /<title>[^<]*<\/title>/,
  headEnd: /<\/head>/,
  body: /<body>/,
  app: /<div id="app"><\/div>/,
}

const SCRIPTS = /\s*<(?:script[^>]*><\/script>|link rel="preload"[^>]*>)/g

export const escapeAttribute = (text: string): string =>
  text.replace(/[&"<>]/g, character => `&#${character.charCodeAt(0)};`)

/** What the server writes into the page; markup, except for the attributes. */
export type PageContent = {
  lang: string
  dir: string
  description: string
  /** The whole element. */
  title: string
  /** Stylesheets besides those of the page. */
  styles: readonly string[]
  brand: string
  app: string
}

/** The built page, into which content is written. */
export type Template = (content: PageContent) => string

/** @throws when the page was built of another source than this. */
export function readTemplate(html: string, { hasScript }: { hasScript: boolean }): Template {
  for (const [name, mark] of Object.entries(MARKS))
    if (html.split(mark).length !== 2) throw new Error(`the built page has no single place for ${name}`)
  const page = hasScript ? html : html.replace(SCRIPTS, '')
  return ({ lang, dir, description, title, styles, brand, app }) =>
    page
      .replace(MARKS.html, () => `<html lang="${escapeAttribute(lang)}" dir="${escapeAttribute(dir)}">`)
      .replace(MARKS.description, () => `<meta name="description" content="${escapeAttribute(description)}">`)
      .replace(MARKS.title, () => title)
      .replace(
        MARKS.headEnd,
        () =>
          `${styles.map(href => `<link rel="stylesheet" href="${escapeAttribute(href)}">`).join('')}</head>`,
      )
      .replace(MARKS.body, () => `<body data-brand="${escapeAttribute(brand)}">`)
      .replace(MARKS.app, () => `<div id="app">${app}</div>`)
}
