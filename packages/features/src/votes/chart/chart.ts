/** 2 to 10 bars; the note says on which terms it was counted, such as "7 of 12 voted". */
export type Chart = {
  title: string
  bars: { label: string; count: number; isWinner: boolean }[]
  note: string
}

export const letterOf = (bar: number) => String.fromCharCode(65 + bar)

export function percentOf({ bars }: Chart, count: number): number {
  const all = bars.reduce((sum, bar) => sum + bar.count, 0)
  return all === 0 ? 0 : Math.round((count / all) * 100)
}
