import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

type Rgb = [red: number, green: number, blue: number]

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')
const [lightCss = '', darkCss = ''] = css.split('@media')

function readColours(part: string): Map<string, Rgb> {
  const matches = part.matchAll(/--([a-z-]+):\s*#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2});/g)
  return new Map(
    [...matches].map(([, name = '', ...hex]) => {
      const [red = 0, green = 0, blue = 0] = hex.map(pair => Number.parseInt(pair, 16) / 255)
      return [name, [red, green, blue]]
    }),
  )
}

const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
const dot = (weights: Rgb, [red, green, blue]: Rgb) =>
  weights[0] * red + weights[1] * green + weights[2] * blue
const luminance = ([red, green, blue]: Rgb) =>
  dot([0.2126, 0.7152, 0.0722], [linear(red), linear(green), linear(blue)])

/** WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear light. */
function asDeuteranopeSees([red, green, blue]: Rgb): Rgb {
  const light: Rgb = [linear(red), linear(green), linear(blue)]
  return [
    dot([0.367322, 0.860646, -0.227968], light),
    dot([0.280085, 0.672501, 0.047413], light),
    dot([-0.01182, 0.04294, 0.968881], light),
  ]
}

function labOf(light: Rgb): Rgb {
  const f = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116)
  const x = f(dot([0.4124, 0.3576, 0.1805], light) / 0.95047)
  const y = f(dot([0.2126, 0.7152, 0.0722], light))
  const z = f(dot([0.0193, 0.1192, 0.9505], light) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** CIE76, over what somebody with deuteranopia sees. */
function differenceFor(one: Rgb, other: Rgb): number {
  const [a, b] = [labOf(asDeuteranopeSees(one)), labOf(asDeuteranopeSees(other))]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

const light = readColours(lightCss)
const schemes = [
  ['light', light],
  ['dark', new Map([...light, ...readColours(darkCss)])],
] as const

describe.each(schemes)('in the %s scheme', (_, colours) => {
  const colour = (name: string): Rgb => {
    const found = colours.get(name)
    if (!found) throw new Error(`no colour --${name}`)
    return found
  }

  it.each([
    ['text', 'page'],
    ['text', 'panel'],
    ['text', 'good-tint'],
    ['text', 'busy-tint'],
    ['text', 'bad-tint'],
    ['quiet', 'page'],
    ['quiet', 'panel'],
    ['quiet', 'good-tint'],
    ['quiet', 'busy-tint'],
    ['quiet', 'bad-tint'],
    ['accent', 'page'],
    ['problem', 'panel'],
    ['on-accent', 'accent'],
    ['on-online', 'online'],
    ['on-unhealthy', 'unhealthy'],
    ['on-offline', 'offline'],
    ['on-moving', 'moving'],
    ['on-unknown', 'unknown'],
    ['panel', 'text'],
  ])('%s can be read on %s', (text, ground) => {
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5)
  })

  it.each([
    ['online', 'panel'],
    ['unhealthy', 'panel'],
    ['offline', 'panel'],
    ['moving-edge', 'panel'],
    ['outline', 'panel'],
    ['accent', 'panel'],
    ['moving-edge', 'busy-tint'],
    ['problem', 'bad-tint'],
  ])('%s stands out from %s', (shape, ground) => {
    expect(contrast(colour(shape), colour(ground))).toBeGreaterThanOrEqual(3)
  })

  it.each([
    ['online', 'unhealthy'],
    ['online', 'moving'],
    ['unhealthy', 'moving'],
    ['online', 'offline'],
  ])('%s and %s are far apart for somebody who tells red and green badly', (one, other) => {
    expect(differenceFor(colour(one), colour(other))).toBeGreaterThanOrEqual(15)
  })
})
