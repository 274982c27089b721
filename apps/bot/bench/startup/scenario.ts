/** Discord's own window, in which a bucket takes one IDENTIFY. */
const DISCORD_WINDOW_MS = 5_000

/** So many shards in so many processes, and how fast Discord lets them in. */
export type Scenario = {
  name: string
  shards: number
  perProcess: number
  maxConcurrency: number
  /** What the sandbox keeps to; all that contenders wait by their own defaults is scaled alike. */
  windowMs: number
  runs: number
}

export const scaleOf = ({ windowMs }: Scenario): number => windowMs / DISCORD_WINDOW_MS

/** How long the last shard must wait for its turn, whoever hands the turns out. */
export const turnsMs = ({ shards, maxConcurrency, windowMs }: Scenario): number =>
  (Math.ceil(shards / maxConcurrency) - 1) * windowMs

/** The same processes, and nobody waits for a turn: what remains is their boot. */
export const withoutTurns = (scenario: Scenario): Scenario => ({
  ...scenario,
  maxConcurrency: scenario.shards,
  windowMs: 0,
})

/** @param runs how often each is measured, as `20,5` or `20`; by default as often as fits into some minutes. */
export function scenarios(runs = '3,1'): { wide: Scenario; narrow: Scenario } {
  const [ofWide = 3, ofNarrow = ofWide] = runs.split(',').map(Number)
  return {
    wide: {
      name: '32 shards at 16',
      shards: 32,
      perProcess: 8,
      maxConcurrency: 16,
      windowMs: DISCORD_WINDOW_MS,
      runs: ofWide,
    },
    narrow: {
      name: '64 shards at 1',
      shards: 64,
      perProcess: 16,
      maxConcurrency: 1,
      windowMs: 1_000,
      runs: ofNarrow,
    },
  }
}
