import { useEffect, useState } from 'preact/hooks'

/** What was read last, and whether reading it anew has failed since; `isNone` where nobody keeps any history. */
export type Read<T> = { answer?: T; isAway: boolean; isNone: boolean }

/** How soon to ask again what was not answered. */
const RETRY_MS = 10_000
const NOT_YET = { isAway: false, isNone: false }

/** Asks at once and every `everyMs`, sooner after a failure, and not while the page is hidden. */
export function useHistory<T extends { isKept: boolean }>(address: string, everyMs: number): Read<T> {
  const [read, setRead] = useState<Read<T> & { of: string }>({ ...NOT_YET, of: address })
  useEffect(() => {
    const ending = new AbortController()
    let askAtMs = 0
    async function ask(): Promise<void> {
      if (document.hidden || performance.now() < askAtMs) return
      askAtMs = performance.now() + everyMs
      const answer = await fetch(address, { signal: ending.signal })
      const isGone = answer.status === 404
      if (!answer.ok && !isGone) throw new Error(`${address}: ${answer.status}`)
      const told: T | undefined = isGone ? undefined : await answer.json()
      if (told?.isKept) setRead({ answer: told, ...NOT_YET, of: address })
      else setRead({ isAway: false, isNone: true, of: address })
    }
    const askAnew = () =>
      void ask().catch(() => {
        if (ending.signal.aborted) return
        askAtMs = 0
        setRead(before => ({ ...(before.of === address && before), ...NOT_YET, isAway: true, of: address }))
      })
    askAnew()
    const timer = setInterval(askAnew, RETRY_MS)
    document.addEventListener('visibilitychange', askAnew, { signal: ending.signal })
    return () => {
      ending.abort()
      clearInterval(timer)
    }
  }, [address, everyMs])
  return read.of === address ? read : NOT_YET
}
