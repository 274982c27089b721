import { useEffect, useState } from 'preact/hooks'

/** Written in history.css too, for the page without a script. */
const NARROW = '(max-width: 900px)'

/** As many days as have room to be told apart and hit with a finger, and are a period that has a percentage. */
export type DaysShown = 30 | 90

const daysNow = (): DaysShown => (matchMedia(NARROW).matches ? 30 : 90)

export function useDaysShown(): DaysShown {
  const [days, setDays] = useState(daysNow)
  useEffect(() => {
    const ending = new AbortController()
    matchMedia(NARROW).addEventListener('change', () => setDays(daysNow()), { signal: ending.signal })
    return () => ending.abort()
  }, [])
  return days
}
