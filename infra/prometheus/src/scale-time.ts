const UNITS_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const msOf = (duration: string): number =>
  [...duration.matchAll(/(\d+)(ms|[smhd])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0),
    0,
  )

/**
 * A file of rules in which everything that is a time goes by so many times faster: windows, intervals and what stands
 * after `for`. Thresholds stay as they are, so that an outage of a second is to these rules what one of a minute is
 * to the real ones, where the factor is 60.
 */
export const scaleTime = (rules: string, factor: number): string =>
  rules.replace(
    /(?<=\[)[\dmshd]+(?=\])|(?<=^ *(?:for|interval): )[\dmshd]+$/gm,
    duration => `${Math.max(1, Math.round(msOf(duration) / factor))}ms`,
  )
