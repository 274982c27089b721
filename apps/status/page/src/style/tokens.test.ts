import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contrast, labSeen, type Rgb, readHex, sights } from './colour.ts'
import { ciede2000 } from './difference.ts'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')
const [lightCss = '', darkCss = ''] = css.split('@media')

const readColours = (part: string): Map<string, Rgb> =>
  new Map(
    [...part.matchAll(/--([a-z\d-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [
      name,
      readHex(hex),
    ]),
  )

const light = readColours(lightCss)
const schemes = [
  ['light', light],
  ['dark', new Map([...light, ...readColours(darkCss)])],
] as const

const states = ['state-0', 'state-1', 'state-2', 'state-3', 'state-4', 'state-5', 'state-6']
const pairs = states.flatMap((one, at) => states.slice(at + 1).map(other => [one, other] as const))
const seenBy = ['normal', 'protanopia', 'deuteranopia', 'tritanopia'] as const

describe.each(schemes)('in the %s scheme', (_, colours) => {
  const colour = (name: string): Rgb => {
    const found = colours.get(name)
    if (!found) throw new Error(`no colour --${name}`)
    return found
  }

  it.each([
    ...['page', 'panel', 'good-tint', 'busy-tint', 'bad-tint'].flatMap(ground => [
      ['text', ground],
      ['quiet', ground],
    ]),
    ['accent', 'page'],
    ['accent', 'panel'],
    ['problem', 'panel'],
    ['on-accent', 'accent'],
    ['on-state-0', 'panel'],
    ...states.slice(1).map(state => [`on-${state}`, state]),
    ['panel', 'text'],
  ])('%s can be read on %s', (text = '', ground = '') => {
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5)
  })

  it.each([
    ...states.map(state => [state, 'panel']),
    ...states.map(state => [state, 'page']),
    ['outline', 'panel'],
    ['warning', 'panel'],
    ['warning', 'busy-tint'],
    ['problem', 'bad-tint'],
    ['state-1', 'bad-tint'],
    ['state-3', 'good-tint'],
    ['state-4', 'busy-tint'],
  ])('%s stands out from %s', (shape = '', ground = '') => {
    expect(contrast(colour(shape), colour(ground))).toBeGreaterThanOrEqual(3)
  })

  describe.each(seenBy)('seen with %s sight', sight => {
    it.each(pairs)('%s and %s are far apart', (one, other) => {
      expect(ciede2000(labSeen(colour(one), sight), labSeen(colour(other), sight))).toBeGreaterThanOrEqual(15)
    })
  })
})

it('compares every pair of the seven states', () => {
  expect(pairs).toHaveLength(21)
  expect(Object.keys(sights)).toEqual([...seenBy])
})
