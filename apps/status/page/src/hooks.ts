import { useEffect, useReducer, useRef, useState } from 'preact/hooks'
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

const CALM_MS = 10_000

/** The text as it is, but not another one every second: for what is read out each time that it changes. */
export function useCalm(text: string): string {
  const [calm, setCalm] = useState(text)
  const changedMs = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    const take = () => {
      changedMs.current = performance.now()
      setCalm(text)
    }
    const timer = setTimeout(take, Math.max(0, changedMs.current + CALM_MS - performance.now()))
    return () => clearTimeout(timer)
  }, [text])
  return calm
}
