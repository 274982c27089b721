import type { Rgb } from './colour.ts'

const degrees = (radians: number) => ((radians * 180) / Math.PI + 360) % 360
const cosine = (angle: number) => Math.cos((angle * Math.PI) / 180)
const sine = (angle: number) => Math.sin((angle * Math.PI) / 180)

/**
 * CIEDE2000, how different two colours in L*a*b* look: Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula:
 * Implementation Notes, Supplementary Test Data, and Mathematical Observations" (2005), with its names.
 */
export function ciede2000([l1, a1, b1]: Rgb, [l2, a2, b2]: Rgb): number {
  const saturation = (chroma: number) => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7))
  const g = 0.5 * (1 - saturation((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2))
  const c1 = Math.hypot(a1 * (1 + g), b1)
  const c2 = Math.hypot(a2 * (1 + g), b2)
  const h1 = c1 === 0 ? 0 : degrees(Math.atan2(b1, a1 * (1 + g)))
  const h2 = c2 === 0 ? 0 : degrees(Math.atan2(b2, a2 * (1 + g)))
  const isGrey = c1 * c2 === 0
  const turn = Math.abs(h2 - h1) <= 180 ? h2 - h1 : h2 - h1 + (h2 > h1 ? -360 : 360)
  const deltaH = isGrey ? 0 : 2 * Math.sqrt(c1 * c2) * sine(turn / 2)
  const meanL = (l1 + l2) / 2
  const meanC = (c1 + c2) / 2
  const sum = h1 + h2
  const half = Math.abs(h1 - h2) <= 180 ? sum / 2 : (sum + (sum < 360 ? 360 : -360)) / 2
  const meanH = isGrey ? sum : half
  const t =
    1 -
    0.17 * cosine(meanH - 30) +
    0.24 * cosine(2 * meanH) +
    0.32 * cosine(3 * meanH + 6) -
    0.2 * cosine(4 * meanH - 63)
  const sl = 1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2)
  const light = (l2 - l1) / sl
  const chroma = (c2 - c1) / (1 + 0.045 * meanC)
  const hue = deltaH / (1 + 0.015 * meanC * t)
  const rotation = -2 * saturation(meanC) * sine(60 * Math.exp(-(((meanH - 275) / 25) ** 2)))
  return Math.sqrt(light ** 2 + chroma ** 2 + hue ** 2 + rotation * chroma * hue)
}
