const RANGES_SHOWN = 8

/** `4, 7, 12–15`; of very many ranges only the first. */
export function ranges(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const open = found.at(-1)
    if (open && number <= open[1] + 1) open[1] = number
    else found.push([number, number])
  }
  const shown = found
    .slice(0, RANGES_SHOWN)
    .map(([first, last]) => (first === last ? first : `${first}–${last}`))
  return `${shown.join(', ')}${found.length > RANGES_SHOWN ? ' …' : ''}`
}
