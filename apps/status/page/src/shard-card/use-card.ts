import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { ShardPlace } from '../shard-details.ts'
import { hashOf, placeOfHash } from './card-address.ts'

const addressWithout = () => `${location.pathname}${location.search}`

/** Whose card is open: that of the address, so that it can be linked to, and Back closes it. */
export function useCard() {
  const [place, setPlace] = useState(() => placeOfHash(location.hash))
  // Whether the page without the card is the entry of the history before this one.
  const isStep = useRef(false)

  useEffect(() => {
    const ending = new AbortController()
    const follow = () =>
      setPlace(before => {
        const next = placeOfHash(location.hash)
        // One card after another leaves a card in the entry before.
        if (!before || !next || hashOf(before) !== hashOf(next))
          isStep.current = !before && next !== undefined
        return next
      })
    addEventListener('popstate', follow, { signal: ending.signal })
    addEventListener('hashchange', follow, { signal: ending.signal })
    return () => ending.abort()
  }, [])

  const open = useCallback((next: ShardPlace) => {
    history.pushState(null, '', `${addressWithout()}${hashOf(next)}`)
    isStep.current = true
    setPlace(next)
  }, [])
  const close = useCallback(() => {
    if (placeOfHash(location.hash)) {
      if (isStep.current) history.back()
      else history.replaceState(null, '', addressWithout())
    }
    isStep.current = false
    setPlace(undefined)
  }, [])
  return { place, open, close }
}
