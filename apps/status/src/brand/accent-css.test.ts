import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { contrast, readHex } from '../../page/src/style/colour.ts'
import { accentCss, grounds, readableOn } from './accent-css.ts'

const tokens = readFileSync(
  join(import.meta.dirname, '..', '..', 'page', 'src', 'style', 'tokens.css'),
  'utf8',
)

it('knows what the accent is read on', () => {
  const on = (part: string | undefined) =>
    [...(part ?? '').matchAll(/--(?:page|panel|good-tint|busy-tint|bad-tint): (#[\da-f]{6})/g)].map(
      ([, hex]) => hex,
    )
  const [light, dark] = tokens.split('@media')
  expect([on(light).sort(), on(dark).sort()]).toEqual([grounds.light.toSorted(), grounds.dark.toSorted()])
})

it('takes a colour that can be read as it is', () => {
  expect(readableOn('#1a3fa0', grounds.light, 'black')).toBe('#1a3fa0')
  expect(accentCss('#1a3fa0')).toContain(':root{--accent:#1a3fa0;--on-accent:#ffffff}')
})

const colours = fc.integer({ min: 0, max: 0xffffff }).map(value => `#${value.toString(16).padStart(6, '0')}`)

it('makes every colour one that can be read, in both schemes, and what is written on it too', () => {
  fc.assert(
    fc.property(colours, colour => {
      const shades = [...accentCss(colour).matchAll(/--accent:(#[\da-f]{6});--on-accent:(#[\da-f]{6})/g)]
      expect(shades).toHaveLength(2)
      for (const [at, on] of [grounds.light, grounds.dark].entries()) {
        const [, accent = '', ink = ''] = shades[at] ?? []
        const isReadable = on.every(ground => contrast(readHex(accent), readHex(ground)) >= 4.5)
        expect([isReadable, contrast(readHex(accent), readHex(ink)) >= 4.5]).toEqual([true, true])
      }
    }),
  )
})
