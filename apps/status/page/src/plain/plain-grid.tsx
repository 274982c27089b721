import { gridWords } from '../grid/grid-words.ts'
import { lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useWords } from '../words/use-words.ts'

/** Of more, the list of those that are not online says what there is to know. */
const MOST_CELLS = 400
const MOST_TILES = 32

/** A picture of the cells that the script draws in the same place; what it shows stands below in words. */
export function PlainGrid({ states }: { states: Uint8Array }) {
  const names = useWords(stateWords)
  const words = useWords(gridWords)
  if (states.length > MOST_CELLS) return null
  const isTiles = states.length <= MOST_TILES
  return (
    <div class="grid" data-size={isTiles ? 'tiles' : 'numbers'} aria-hidden="true">
      {Array.from(states, (state, shard) => {
        const { name, sign } = lookOf(state)
        return (
          <span key={shard} class="cell" data-state={state}>
            {(isTiles || sign !== '') && <span class="cell-sign">{sign || '✓'}</span>}
            <span class="cell-id">{isTiles ? words.shard(shard) : shard}</span>
            {isTiles && <span class="cell-name">{names[name].name}</span>}
          </span>
        )
      })}
    </div>
  )
}
