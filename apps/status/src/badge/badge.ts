import { writeXml } from '../xml/write-xml.ts'

/** Each with white text on it at 4.5:1 or better. */
export const badgeColours = {
  good: '#1f7a4d',
  warning: '#8a5a00',
  bad: '#b3122a',
  none: '#555f6e',
  label: '#3a4150',
} as const

export type BadgeColour = Exclude<keyof typeof badgeColours, 'label'>

const HEIGHT = 20
const PADDING = 6

/** Verdana's widths at 11 pixels, about; `textLength` makes up for the rest in whatever font there is. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text) {
    if (/[ilI.,:;'|!]/.test(character)) width += 4
    else if (/[mwMW@%]/.test(character)) width += 10
    else if (/[A-Z0-9]/.test(character)) width += 7.2
    else if (/[\u0020-\u02ff]/.test(character)) width += 6.4
    else width += 11
  }
  return Math.ceil(width)
}

/** A flat badge as shields.io draws them. */
export function drawBadge({
  label,
  value,
  colour,
}: {
  label: string
  value: string
  colour: BadgeColour
}): string {
  const texts = [
    { text: label, fill: badgeColours.label },
    { text: value, fill: badgeColours[colour] },
  ].filter(({ text }) => text !== '')
  const parts = texts.map(part => ({ ...part, width: widthOf(part.text) + 2 * PADDING }))
  const width = parts.reduce((sum, part) => sum + part.width, 0)
  const title = texts.map(({ text }) => text).join(': ')
  const placed = parts.map((part, at) => ({
    ...part,
    x: parts.slice(0, at).reduce((sum, before) => sum + before.width, 0),
  }))
  return writeXml({
    name: 'svg',
    namespace: 'http://www.w3.org/2000/svg',
    attributes: {
      width,
      height: HEIGHT,
      viewBox: `0 0 ${width} ${HEIGHT}`,
      role: 'img',
      'aria-label': title,
    },
    children: [
      { name: 'title', children: [title] },
      {
        name: 'clipPath',
        attributes: { id: 'r' },
        children: [{ name: 'rect', attributes: { width, height: HEIGHT, rx: 3 } }],
      },
      {
        name: 'g',
        attributes: { 'clip-path': 'url(#r)' },
        children: placed.map(({ x, width: of, fill }) => ({
          name: 'rect',
          attributes: { x, width: of, height: HEIGHT, fill },
        })),
      },
      {
        name: 'g',
        attributes: {
          fill: '#ffffff',
          'text-anchor': 'middle',
          'font-family': 'Verdana,Geneva,DejaVu Sans,sans-serif',
          'font-size': 11,
          'aria-hidden': 'true',
        },
        children: placed.map(({ x, width: of, text }) => ({
          name: 'text',
          attributes: { x: x + of / 2, y: 14, textLength: of - 2 * PADDING },
          children: [text],
        })),
      },
    ],
  })
}
