import { useMemo } from 'preact/hooks'
import { lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useWords } from '../words/use-words.ts'
import { gridWords } from './grid-words.ts'
import { notOnline } from './not-online.ts'

/** More than anybody would go to one by one. */
const MOST_RUNS = 60

/**
 * Among thousands of cells a few are soon overlooked: what is not online stands here, and leads to its place.
 * Made anew when `atMs` is another, and not with every batch.
 */
export function NotOnlineList({
  states,
  atMs,
  isOnlyForPhones,
  onGo,
}: {
  states: Uint8Array
  atMs: number
  isOnlyForPhones: boolean
  onGo: (shard: number) => void
}) {
  const words = useWords(gridWords)
  const names = useWords(stateWords)
  const { total, runs, more } = useMemo(() => notOnline(states, MOST_RUNS), [states, atMs])
  return useMemo(
    () => (
      <div class={isOnlyForPhones ? 'not-online not-online-phone' : 'not-online'}>
        <h3>{total === 0 ? words.allOnline : words.notOnline(total)}</h3>
        <ul>
          {runs.map(({ state, first, last }) => {
            const { name, sign } = lookOf(state)
            const ids = first === last ? String(first) : `${first}–${last}`
            return (
              <li key={first}>
                <button
                  type="button"
                  aria-label={words.goTo(ids, names[name].name)}
                  onClick={() => onGo(first)}
                >
                  <span class="swatch" data-state={state} aria-hidden="true">
                    {sign}
                  </span>
                  {ids}
                </button>
              </li>
            )
          })}
          {more > 0 && <li class="not-online-more">{words.more(more)}</li>}
        </ul>
      </div>
    ),
    [runs, total, more, words, names, isOnlyForPhones, onGo],
  )
}
