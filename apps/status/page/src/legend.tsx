import { pageWords } from './page-words.ts'
import { legendOrder, lookOf } from './states.ts'
import { stateWords } from './words/states.ts'
import { useTongue, useWords } from './words/use-words.ts'

/** What colours and signs mean, with how many there are of each. Nothing while there are no shards. */
export function Legend({ counts }: { counts: readonly number[] }) {
  const { count } = useTongue()
  const label = useWords(pageWords).states
  const states = useWords(stateWords)
  if (counts.every(many => many === 0)) return null
  return (
    <ul class="legend" aria-label={label}>
      {legendOrder.map(state => {
        const look = lookOf(state)
        const { name, meaning } = states[look.name]
        const many = counts[state] ?? 0
        return (
          <li key={state} class={many === 0 ? 'legend-none' : undefined} title={`${name}: ${meaning}`}>
            <span class="swatch" data-state={state} aria-hidden="true">
              {look.sign}
            </span>
            {name} <strong>{count(many)}</strong>
          </li>
        )
      })}
    </ul>
  )
}
