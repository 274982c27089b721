import { contrast, type Rgb, readHex, toHex } from '../../page/src/style/colour.ts'

/** What the accent is read on, from tokens.css. */
export const grounds = {
  light: ['#f4f6f9', '#ffffff', '#e9f7f0', '#fdf4e1', '#fdebed'],
  dark: ['#0d1117', '#151b24', '#12241d', '#2a2213', '#2b161b'],
}

const WHITE: Rgb = [1, 1, 1]
const BLACK: Rgb = [0, 0, 0]
/** As text must have: https://www.w3.org/TR/WCAG22/#contrast-minimum */
const READABLE = 4.5
const STEPS = 50

const mix = (from: Rgb, to: Rgb, share: number): Rgb => {
  const part = (at: 0 | 1 | 2) => from[at] + (to[at] - from[at]) * share
  return [part(0), part(1), part(2)]
}

/** The colour itself where it can be read on all of these, else as much darker or brighter as it takes. */
export function readableOn(accent: string, on: readonly string[], towards: 'black' | 'white'): string {
  const target = towards === 'black' ? BLACK : WHITE
  const shades = Array.from({ length: STEPS + 1 }, (_, step) =>
    toHex(mix(readHex(accent), target, step / STEPS)),
  )
  return (
    shades.find(shade => on.every(ground => contrast(readHex(shade), readHex(ground)) >= READABLE)) ??
    toHex(target)
  )
}

const inkOn = (accent: string): string =>
  contrast(readHex(accent), WHITE) >= READABLE ? '#ffffff' : '#000000'

/** No single colour can be read on white and on black: each scheme has the nearest that can. */
export function accentCss(accent: string): string {
  const rule = (shade: string) => `:root{--accent:${shade};--on-accent:${inkOn(shade)}}`
  return [
    rule(readableOn(accent, grounds.light, 'black')),
    `@media (prefers-color-scheme:dark){${rule(readableOn(accent, grounds.dark, 'white'))}}`,
    '',
  ].join('\n')
}
