import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Fleet } from '../fleet/fleet.ts'
import { useNow } from '../hooks.ts'
import { ShardNotices } from '../notices/shard-notices.tsx'
import { type ShardPlace, useShardDetails } from '../shard-details.ts'
import { ShardFacts } from '../shard-facts.tsx'
import { lookOf } from '../states.ts'

export type Hovered = ShardPlace & { anchor: HTMLElement }

const GAP = 8
const HOVER_MS = 150

function moveTo(tooltip: HTMLElement, anchor: HTMLElement): void {
  const cell = anchor.getBoundingClientRect()
  const { width, height } = tooltip.getBoundingClientRect()
  const left = Math.min(Math.max(GAP, cell.left + cell.width / 2 - width / 2), innerWidth - width - GAP)
  const above = cell.top - height - GAP
  const top = above > GAP ? above : cell.bottom + GAP
  tooltip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
}

/** What is known of the shard under the pointer or with the focus. */
export function ShardTooltip({
  hovered,
  fleet,
  skewMs,
  onClose,
}: {
  hovered: Hovered | undefined
  fleet: Fleet
  skewMs: number
  onClose: () => void
}) {
  const nowMs = useNow() + skewMs
  const element = useRef<HTMLDivElement>(null)
  const state = (hovered && fleet.cluster(hovered.cluster)?.states[hovered.shard]) ?? 0
  const { details } = useShardDetails(hovered, state, HOVER_MS)
  const anchor = hovered?.anchor

  useLayoutEffect(() => {
    if (element.current && anchor) moveTo(element.current, anchor)
  })
  useLayoutEffect(() => {
    anchor?.setAttribute('aria-describedby', 'shard-tooltip')
    return () => anchor?.removeAttribute('aria-describedby')
  }, [anchor])

  useEffect(() => {
    if (!anchor) return undefined
    const ending = new AbortController()
    const follow = () => void (element.current && moveTo(element.current, anchor))
    const close = ({ key }: KeyboardEvent) => void (key === 'Escape' && onClose())
    addEventListener('scroll', follow, { passive: true, signal: ending.signal })
    addEventListener('resize', follow, { signal: ending.signal })
    addEventListener('keydown', close, { signal: ending.signal })
    return () => ending.abort()
  }, [anchor, onClose])

  if (!hovered) return null
  const { name, meaning } = lookOf(state)
  return (
    <div ref={element} class="tooltip" role="tooltip" id="shard-tooltip">
      <p class="tooltip-head">
        <strong>Shard {hovered.shard}</strong> {name}
      </p>
      <ShardNotices cluster={fleet.cluster(hovered.cluster)} shard={hovered.shard} />
      {details ? <ShardFacts details={details} nowMs={nowMs} /> : <p class="tooltip-meaning">{meaning}</p>}
    </div>
  )
}
