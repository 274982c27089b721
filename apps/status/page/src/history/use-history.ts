import { useEffect, useState } from 'preact/hooks'

/** What was read last, and whether reading it anew has failed since; `isNone` where nobody keeps any history. */
export type Read<T> = { answer?: T; isAway: boolean; isNone: boolean }

const NOT_YET = { isAway: false, isNone: false }

/** Asks at once and every `everyMs`; a moment that passes while the page is hidden is made up for when it is seen. */
export function useHistory<T>(address: string, everyMs: number): Read<T> {
  const [read, setRead] = useState<Read<T> & { of: string }>({ ...NOT_YET, of: address })
  useEffect(() => {
    const ending = new AbortController()
    let askedAtMs = Number.NEGATIVE_INFINITY
    async function ask(): Promise<void> {
      if (document.hidden || performance.now() - askedAtMs < everyMs / 2) return
      askedAtMs = performance.now()
      const answer = await fetch(address, { signal: ending.signal })
      if (answer.ok) setRead({ answer: await answer.json(), ...NOT_YET, of: address })
      else if (answer.status === 404) setRead({ isAway: false, isNone: true, of: address })
      else throw new Error(`${address}: ${answer.status}`)
    }
    const askAnew = () =>
      void ask().catch(() => {
        if (!ending.signal.aborted)
          setRead(before => ({ ...(before.of === address && before), ...NOT_YET, isAway: true, of: address }))
      })
    askAnew()
    const timer = setInterval(askAnew, everyMs)
    document.addEventListener('visibilitychange', askAnew, { signal: ending.signal })
    return () => {
      ending.abort()
      clearInterval(timer)
    }
  }, [address, everyMs])
  return read.of === address ? read : NOT_YET
}
