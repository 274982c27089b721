import { signal } from '@preact/signals'

const nowMs = signal(Date.now())
setInterval(() => {
  nowMs.value = Date.now()
}, 1_000)

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** Discord's styles of a timestamp (docs, "Timestamp Styles"), `R` apart. */
const STYLES: Record<string, Intl.DateTimeFormatOptions> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
}

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

/** `in 2 hours`, `5 minutes ago`: the largest unit of which there is one. */
export function relativeTo(seconds: number, atMs: number): string {
  const difference = Math.round(seconds - atMs / 1_000)
  const [unit, size] = UNITS.find(([, length]) => Math.abs(difference) >= length) ?? ['second', 1]
  return relative.format(Math.round(difference / size), unit)
}

/** A moment as Discord shows it; a relative one stays current. */
export function Moment({ seconds, style }: { seconds: number; style: string }) {
  const at = new Date(seconds * 1_000)
  const full = at.toLocaleString(undefined, STYLES['F'])
  const shown =
    style === 'R'
      ? relativeTo(seconds, nowMs.value)
      : at.toLocaleString(undefined, STYLES[style] ?? STYLES['f'])
  return (
    <time dateTime={at.toISOString()} title={full}>
      {shown}
    </time>
  )
}
