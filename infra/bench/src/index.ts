/** One line of the table that people read: a contender and its numbers, by column. */
export type Row = { name: string } & Record<string, string | number>

export type Aim = { aim: string; figure: number; bound: number; holds: boolean }

export type BenchmarkResult = { rows: Row[]; figures: Record<string, number>; aims: Aim[]; notes?: string[] }

/** What a file `<package>/bench/<name>.ts` exports as `benchmark`; its name is the file's. */
export type Benchmark = {
  description: string
  run(options: { say: (line: string) => void }): Promise<BenchmarkResult>
}

/** The value at quantile `q` (0 to 1), nearest rank. */
export function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN
}

export const median = (values: number[]): number => quantile(values, 0.5)

export const atMost = (aim: string, figure: number, bound: number): Aim => ({
  aim,
  figure,
  bound,
  holds: figure <= bound,
})

export const atLeast = (aim: string, figure: number, bound: number): Aim => ({
  aim,
  figure,
  bound,
  holds: figure >= bound,
})
