import { useLayoutEffect, useRef } from 'preact/hooks'
import type { DayTexts } from './day-text.ts'

const GAP_PX = 8

/** Over its bar, and never beyond the edges of the page's content. */
function moveOver(tooltip: HTMLElement, bar: Element): void {
  const { left, top, width } = bar.getBoundingClientRect()
  const size = tooltip.getBoundingClientRect()
  const content = bar.closest('main')?.getBoundingClientRect() ?? document.body.getBoundingClientRect()
  const x = Math.max(content.left, Math.min(content.right - size.width, left + width / 2 - size.width / 2))
  tooltip.style.transform = `translate(${Math.round(x)}px, ${Math.round(top - size.height - GAP_PX)}px)`
}

/** What the bar's own label says too, for those who see it. */
export function DayTooltip({ texts, bar }: { texts: DayTexts; bar: Element | null | undefined }) {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const move = () => void (element.current && bar && moveOver(element.current, bar))
    move()
    addEventListener('scroll', move, { passive: true })
    return () => removeEventListener('scroll', move)
  })
  const { date, up, more } = texts
  return (
    <div ref={element} class="tooltip" aria-hidden="true">
      <p class="tooltip-head">
        <strong>{date}</strong> {up}
      </p>
      {more.map(line => (
        <p key={line} class="tooltip-meaning">
          {line}
        </p>
      ))}
    </div>
  )
}
