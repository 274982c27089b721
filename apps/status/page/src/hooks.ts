import { useEffect, useReducer, useState } from 'preact/hooks'
import type { Fleet } from './fleet/fleet.ts'

/** Renders again when the fleet has changed, at most once a frame. */
export function useFleet(fleet: Fleet): void {
  const [, render] = useReducer((renders: number) => renders + 1, 0)
  useEffect(() => fleet.subscribe(() => render(undefined)), [fleet])
}

/** Renders again every second, for what shows an age. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}
