import { expect, it } from 'vitest'
import { contrast, readHex } from '../../page/src/style/colour.ts'
import { childOf, childrenOf, readXml } from '../../tests/read-xml.ts'
import { badgeColours, drawBadge } from './badge.ts'

const partsOf = (svg: string) => {
  const root = readXml(svg)
  const [boxes, words] = childrenOf(root, 'g')
  return { root, boxes: childrenOf(boxes, 'rect'), texts: childrenOf(words, 'text') }
}

it('says its words twice: as a picture, and as a title for who does not see it', () => {
  const { root, texts } = partsOf(drawBadge({ label: 'main', value: 'up', colour: 'good' }))
  expect(texts.map(({ text }) => text)).toEqual(['main', 'up'])
  expect(childOf(root, 'title')?.text).toBe('main: up')
  expect(root.attributes).toMatchObject({ role: 'img', 'aria-label': 'main: up' })
})

it.each(['<script>alert(1)</script>', '"><svg onload=alert(1)>', "a & b ' ]]>"])(
  'takes words as words and not as markup: %s',
  label => {
    const { root, texts } = partsOf(drawBadge({ label, value: 'up', colour: 'good' }))
    expect(texts[0]?.text).toBe(label)
    expect(root.children.map(({ name }) => name)).toEqual(['title', 'clipPath', 'g', 'g'])
  },
)

it('is as wide as its boxes, and each text stays within its own', () => {
  const { root, boxes, texts } = partsOf(
    drawBadge({ label: '日本語 WWW', value: '1,234 of 20,000 shards down', colour: 'bad' }),
  )
  const widths = boxes.map(({ attributes }) => Number(attributes['width']))
  expect(Number(root.attributes['width'])).toBe(widths.reduce((sum, width) => sum + width, 0))
  for (const [at, { attributes }] of texts.entries())
    expect(Number(attributes['textLength'])).toBeLessThan(widths[at] ?? 0)
})

it('has no box for an empty label', () => {
  const { boxes } = partsOf(drawBadge({ label: '', value: 'up', colour: 'good' }))
  expect(boxes).toHaveLength(1)
})

it.each(Object.entries(badgeColours))('has white text that can be read on %s', (_, colour) => {
  expect(contrast(readHex(colour), readHex('#ffffff'))).toBeGreaterThanOrEqual(4.5)
})
