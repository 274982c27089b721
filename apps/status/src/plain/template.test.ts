import { expect, it } from 'vitest'
import { readTemplate } from './template.ts'

const HTML = `<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta name="description" content="x" />
    <title>x</title>
    <link rel="preload" href="/api" as="fetch">
    <script type="module" crossorigin src="/assets/a.js"></script>
  </head>
  <body>
    <div id="app"></div>
  </body>
</html>`

const content = {
  lang: 'de',
  dir: 'ltr',
  description: 'A "quoted" <b>',
  title: '<title>Alles gut</title>',
  styles: ['/brand.css'],
  brand: '{"name":"$& <i>"}',
  app: '<h1>$1 $&</h1>',
}

it('writes content in, and attributes as text', () => {
  const page = readTemplate(HTML, { hasScript: true })(content)
  expect(page).toContain('<html lang="de" dir="ltr">')
  expect(page).toContain('content="A &#34;quoted&#34; &#60;b&#62;"')
  expect(page).toContain('<title>Alles gut</title>')
  expect(page).toContain('<link rel="stylesheet" href="/brand.css"></head>')
  expect(page).toContain('<body data-brand="{&#34;name&#34;:&#34;$&#38; &#60;i&#62;&#34;}">')
  expect(page).toContain('<div id="app"><h1>$1 $&</h1></div>')
  expect(page).toContain('/assets/a.js')
})

it('leaves scripts, and what is fetched for them, out where none is wanted', () => {
  expect(readTemplate(HTML, { hasScript: false })(content)).not.toMatch(/<script|preload/)
})

it('refuses a page that has no place for the content', () => {
  expect(() => readTemplate(HTML.replace('id="app"', 'id="root"'), { hasScript: true })).toThrow('app')
})
