import { expect, it } from 'vitest'
import { plainText } from './plain-text.ts'

it.each([
  ['a family', 'hi \u{1f468}\u200d\u{1f469}\u200d\u{1f467}!'],
  ['Persian', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
  ['Hindi', '\u0915\u094d\u200d\u0937'],
])('leaves what joins letters and pictures in %s', (_, text) => {
  expect(plainText(text)).toBe(text)
})

it.each([
  ['turns the direction of writing', 'a\u202eb\u2066c\u200fd', 'a b c d'],
  ['cannot be seen', '\u200b\ufeffa\u00ad\u0007b\n', 'a b'],
  ['joins nothing', ' \u200d \u200c\u200da \u200d b', 'a b'],
  ['is nothing but that', '\u200d\u200c \u200b', ''],
])('drops what %s', (_, text, plain) => {
  expect(plainText(text)).toBe(plain)
})
