import type { UptimeDay } from '@shardlight/status-client'
import { barLook } from './bar-look.ts'

const HEIGHT = 44
const WIDTH = 8
const GAP = 3
const OFF_HEIGHT = 18
const DASH = { of: 8, height: 5 }

/** From the ground up, where the bar stands whole, and in dashes where only part of the day is known. */
function pathOf(x: number, height: number, isPart: boolean): string {
  if (!isPart) return `M${x} ${HEIGHT}v${-height}h${WIDTH}v${height}z`
  const dashes = Array.from({ length: Math.ceil(height / DASH.of) }, (_, at) => HEIGHT - at * DASH.of)
  return dashes.map(y => `M${x} ${y}v${-DASH.height}h${WIDTH}v${DASH.height}z`).join('')
}

function WrittenBar({ day, x }: { day: UptimeDay; x: number }) {
  const { kind, downHeight, isPart } = barLook(day)
  if (kind === 'none') return <rect class="strip-none" x={x} y={HEIGHT - 1} width={WIDTH} height={1} />
  return (
    <>
      {kind !== 'down' && (
        <path
          class={kind === 'off' ? 'strip-off' : 'strip-up'}
          d={pathOf(x, kind === 'off' ? OFF_HEIGHT : HEIGHT, isPart)}
        />
      )}
      {downHeight > 0 && <rect class="strip-down" x={x} width={WIDTH} height={downHeight * HEIGHT} />}
    </>
  )
}

/** The bars as a picture, written by the server; the table below says the same in words. */
export function WrittenBars({ days }: { days: readonly UptimeDay[] }) {
  return (
    <div class="bars written-bars">
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${days.length * (WIDTH + GAP) - GAP} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {days.map((day, at) => (
          <WrittenBar key={day.day} day={day} x={at * (WIDTH + GAP)} />
        ))}
      </svg>
    </div>
  )
}
