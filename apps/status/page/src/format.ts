const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `8 s`, `5 min`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const whole = Math.max(0, ms)
  if (whole < MINUTE) return `${Math.floor(whole / SECOND)} s`
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`
  const [big, bigName, small, smallName] = whole < DAY ? [HOUR, 'h', MINUTE, 'min'] : [DAY, 'd', HOUR, 'h']
  const rest = Math.floor((whole % big) / small)
  return `${Math.floor(whole / big)} ${bigName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`
}

export const ago = (ms: number): string => (ms < 2 * SECOND ? 'just now' : `${duration(ms)} ago`)

/** The moment by the viewer's own clock and language, with the day where it is not today. */
export function moment(atMs: number, nowMs: number): string {
  const at = new Date(atMs)
  const isToday = at.toDateString() === new Date(nowMs).toDateString()
  return at.toLocaleString([], {
    ...(!isToday && { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
  })
}

const grouped = new Intl.NumberFormat('en')

export const count = (value: number): string => grouped.format(value)

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
  return [...shown, ...(found.length > RANGES_SHOWN ? ['…'] : [])].join(', ')
}

/** `1 shard`, `2,000 shards`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`
