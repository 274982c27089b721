import { useCallback, useEffect, useState } from 'preact/hooks'
import type { ShardPlace } from '../shard-details.ts'
import { hashOf, placeOfHash } from './card-address.ts'

const addressWithout = () => `${location.pathname}${location.search}`

/** Whose card is open: that of the address, so that it can be linked to, and Back closes it. */
export function useCard() {
  const [place, setPlace] = useState(() => placeOfHash(location.hash))

  useEffect(() => {
    const ending = new AbortController()
    const follow = () => setPlace(placeOfHash(location.hash))
    addEventListener('popstate', follow, { signal: ending.signal })
    addEventListener('hashchange', follow, { signal: ending.signal })
    return () => ending.abort()
  }, [])

  const open = useCallback((next: ShardPlace) => {
    history.pushState(null, '', `${addressWithout()}${hashOf(next)}`)
    setPlace(next)
  }, [])
  const close = useCallback(() => {
    if (placeOfHash(location.hash)) history.replaceState(null, '', addressWithout())
    setPlace(undefined)
  }, [])
  return { place, open, close }
}
