import { expect, it } from 'vitest'
import { readStatusConfig } from '../config.ts'

it('is ours where nothing is said', () => {
  expect(readStatusConfig({}).brand).toEqual({
    name: 'Shardlight',
    links: [],
    logo: undefined,
    accent: undefined,
  })
})

it('reads name, links, logo and colour', () => {
  const { brand } = readStatusConfig({
    STATUS_NAME: ' Octo\n Bot ',
    STATUS_LINKS: 'Support=https://example.org/help?a=b;Invite us=https://example.org/invite;',
    STATUS_LOGO: 'https://cdn.example.org/logo.png',
    STATUS_ACCENT: '#AABBCC',
  })
  expect(brand).toEqual({
    name: 'Octo Bot',
    links: [
      { text: 'Support', href: 'https://example.org/help?a=b' },
      { text: 'Invite us', href: 'https://example.org/invite' },
    ],
    logo: 'https://cdn.example.org/logo.png',
    accent: '#aabbcc',
  })
})

it.each([
  ['STATUS_LINKS', 'Run=javascript:alert(1)'],
  ['STATUS_LINKS', 'Plain=http://example.org'],
  ['STATUS_LINKS', '=https://example.org'],
  ['STATUS_LINKS', 'https://example.org'],
  ['STATUS_LINKS', Array(11).fill('a=https://example.org').join(';')],
  ['STATUS_LOGO', 'data:image/svg+xml,<svg/>'],
  ['STATUS_LOGO', '/logo.png'],
  ['STATUS_ACCENT', 'red'],
  ['STATUS_ACCENT', '#12345'],
  ['STATUS_ACCENT', '#123456;}body{display:none'],
  ['STATUS_NAME', 'x'.repeat(61)],
  ['STATUS_NAME', '\u202e'],
])('refuses %s=%s at the start, by its name', (name, value) => {
  expect(() => readStatusConfig({ [name]: value })).toThrow(name)
})
