/** Red, green and blue from 0 to 1, as screens take them (sRGB). */
export type Rgb = readonly [red: number, green: number, blue: number]

/** Three weights for each of red, green and blue. */
type Matrix = readonly [Rgb, Rgb, Rgb]

export function readHex(hex: string): Rgb {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  return [red, green, blue]
}

export const toHex = (colour: Rgb): string =>
  `#${colour
    .map(value =>
      Math.round(value * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`

const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
const dot = (weights: Rgb, [red, green, blue]: Rgb) =>
  weights[0] * red + weights[1] * green + weights[2] * blue
const lightOf = ([red, green, blue]: Rgb): Rgb => [linear(red), linear(green), linear(blue)]

/** WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, bright = 0] = [one, other]
    .map(colour => dot([0.2126, 0.7152, 0.0722], lightOf(colour)))
    .sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

/**
 * What people see of linear light: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of
 * color vision deficiency" (2009), severity 1.
 */
export const sights: Record<'normal' | 'protanopia' | 'deuteranopia' | 'tritanopia', Matrix> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

const clamp = (value: number) => Math.min(1, Math.max(0, value))

/** CIE L*a*b* (D65) of what somebody with that sight sees; a screen cannot show less than nothing. */
export function labSeen(colour: Rgb, sight: keyof typeof sights): Rgb {
  const light = lightOf(colour)
  const [red, green, blue] = sights[sight]
  const seen: Rgb = [clamp(dot(red, light)), clamp(dot(green, light)), clamp(dot(blue, light))]
  const f = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116)
  const x = f(dot([0.4124564, 0.3575761, 0.1804375], seen) / 0.95047)
  const y = f(dot([0.2126729, 0.7151522, 0.072175], seen))
  const z = f(dot([0.0193339, 0.119192, 0.9503041], seen) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
