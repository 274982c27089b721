import { useEffect, useState } from 'preact/hooks'

const WIDTHS = [
  ['(max-width: 600px)', 30],
  ['(max-width: 900px)', 60],
] as const

const daysNow = () => WIDTHS.find(([query]) => matchMedia(query).matches)?.[1] ?? 90

/** As many days as have room to be told apart, and hit with a finger. */
export function useDaysShown(): number {
  const [days, setDays] = useState(daysNow)
  useEffect(() => {
    const ending = new AbortController()
    for (const [query] of WIDTHS)
      matchMedia(query).addEventListener('change', () => setDays(daysNow()), { signal: ending.signal })
    return () => ending.abort()
  }, [])
  return days
}
