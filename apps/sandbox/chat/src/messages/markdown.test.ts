import { expect, it } from 'vitest'
import { parseMarkdown } from './markdown.ts'

it.each([
  [
    'one\n-# two\nthree # four',
    [
      { type: 'text', text: 'one\n' },
      { type: 'small', children: [{ type: 'text', text: 'two' }] },
      { type: 'text', text: 'three # four' },
    ],
  ],
  ['### head', [{ type: 'heading', children: [{ type: 'text', text: 'head' }] }]],
  [
    '**a**# b',
    [
      { type: 'bold', children: [{ type: 'text', text: 'a' }] },
      { type: 'text', text: '# b' },
    ],
  ],
  ['[a \\[b\\]](https://c.d/e)', [{ type: 'link', text: 'a [b]', href: 'https://c.d/e' }]],
  ['<t:12:R>', [{ type: 'time', seconds: 12, style: 'R' }]],
  ['plain', [{ type: 'text', text: 'plain' }]],
  [
    '**a *b***',
    [
      { type: 'bold', children: [{ type: 'text', text: 'a *b' }] },
      { type: 'text', text: '*' },
    ],
  ],
  ['`**not bold**`', [{ type: 'code', text: '**not bold**' }]],
  ['```ts\nlet a\n```', [{ type: 'block', text: 'let a' }]],
  [
    '\\*plain\\*',
    [
      { type: 'text', text: '*' },
      { type: 'text', text: 'plain' },
      { type: 'text', text: '*' },
    ],
  ],
  [
    'hi <@12>',
    [
      { type: 'text', text: 'hi ' },
      { type: 'user', id: '12' },
    ],
  ],
  [
    '<#3> <@&4>',
    [
      { type: 'channel', id: '3' },
      { type: 'text', text: ' ' },
      { type: 'role', id: '4' },
    ],
  ],
  ['<t:60:R>', [{ type: 'time', seconds: 60, style: 'R' }]],
  [
    'see https://a.example/b.',
    [
      { type: 'text', text: 'see ' },
      { type: 'link', text: 'https://a.example/b', href: 'https://a.example/b' },
      { type: 'text', text: '.' },
    ],
  ],
  ['[a](javascript:alert(1))', [{ type: 'text', text: '[a](javascript:alert(1))' }]],
  ['snake_case_name', [{ type: 'text', text: 'snake_case_name' }]],
])('reads %j', (text, nodes) => {
  expect(parseMarkdown(text)).toEqual(nodes)
})
