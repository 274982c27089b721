import { count } from './format.ts'
import { legendOrder, lookOf } from './states.ts'

/** What colours and signs mean, with how many there are of each. */
export const Legend = ({ counts }: { counts: readonly number[] }) => (
  <ul class="legend" aria-label="States of shards">
    {legendOrder.map(state => {
      const { name, sign, meaning } = lookOf(state)
      const many = counts[state] ?? 0
      return (
        <li key={name} class={many === 0 ? 'legend-none' : undefined} title={`${name}: ${meaning}`}>
          <span class="swatch" data-state={state} aria-hidden="true">
            {sign}
          </span>
          {name} <strong>{count(many)}</strong>
        </li>
      )
    })}
  </ul>
)
