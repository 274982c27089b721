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

/**
 * What a text has changed to, but not another one every second: for what is read out each time that it changes. Empty
 * until it changes, for it also stands where it is seen, and would be met twice.
 */
export function useCalm(text: string): string {
  const [calm, setCalm] = useState('')
  const said = useRef(text)
  const changedMs = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    if (text === said.current) return undefined
    const take = () => {
      said.current = text
      changedMs.current = performance.now()
      setCalm(text)
    }
    const timer = setTimeout(take, Math.max(0, changedMs.current + CALM_MS - performance.now()))
    return () => clearTimeout(timer)
  }, [text])
  return calm
}
