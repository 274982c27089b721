import type { UptimeDay } from '@shardlight/status-client'
import { useRef, useState } from 'preact/hooks'
import { stepTo } from '../grid/keys.ts'
import { useWords } from '../words/use-words.ts'
import { barLook } from './bar-look.ts'
import { useDayTexts } from './day-text.ts'
import { DayTooltip } from './day-tooltip.tsx'
import { uptimeWords } from './uptime-words.ts'

/** A bar a day, the present one last. One of them is in the tab order, arrows move between them. */
export function UptimeBars({ days }: { days: readonly UptimeDay[] }) {
  const words = useWords(uptimeWords)
  const textsOf = useDayTexts()
  const place = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState<number>()
  const [tabStop, setTabStop] = useState(days.length - 1)
  const stop = Math.min(tabStop, days.length - 1)
  const day = shown === undefined ? undefined : days[shown]

  function step(event: KeyboardEvent): void {
    if (event.key === 'Escape') setShown(undefined)
    const isRightToLeft = place.current !== null && getComputedStyle(place.current).direction === 'rtl'
    const next = stepTo(event.key, stop, {
      total: days.length,
      columns: days.length,
      rowsAPage: 1,
      isRightToLeft,
    })
    if (next === undefined || next === stop) return
    event.preventDefault()
    const bar = place.current?.children.item(next)
    if (bar instanceof HTMLElement) bar.focus()
  }

  return (
    <div class="bars-frame">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset belongs to a form, these are not its controls */}
      <div
        ref={place}
        class="bars"
        role="group"
        aria-label={words.bars(days.length)}
        onKeyDown={step}
        onPointerLeave={() => setShown(undefined)}
      >
        {days.map((each, at) => {
          const { date, up, more } = textsOf(each)
          const { kind, downHeight, isPart } = barLook(each)
          return (
            <button
              key={each.day}
              type="button"
              class="bar"
              data-kind={kind}
              data-part={isPart ? '' : undefined}
              tabIndex={at === stop ? 0 : -1}
              aria-label={[`${date}: ${up}`, ...more].join('; ')}
              onPointerEnter={() => setShown(at)}
              onClick={() => setShown(at)}
              onFocus={() => {
                setTabStop(at)
                setShown(at)
              }}
              onBlur={() => setShown(undefined)}
            >
              {downHeight > 0 && <span class="bar-down" style={{ height: `${downHeight * 100}%` }} />}
            </button>
          )
        })}
      </div>
      {day && <DayTooltip texts={textsOf(day)} bar={place.current?.children.item(shown ?? 0)} />}
    </div>
  )
}
