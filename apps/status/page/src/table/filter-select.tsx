import { ShardState } from '@shardlight/shard-registry'
import { useId } from 'preact/hooks'
import { legendOrder, lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useWords } from '../words/use-words.ts'
import { countStates, type Filter } from './select-shards.ts'
import { tableWords } from './table-words.ts'

const readFilter = (value: string): Filter =>
  value === 'all' || value === 'not-online' ? value : Number(value)

/** Which shards the table shows. */
export function FilterSelect({
  states,
  filter,
  onChange,
}: {
  states: Uint8Array
  filter: Filter
  onChange: (filter: Filter) => void
}) {
  const words = useWords(tableWords)
  const names = useWords(stateWords)
  const id = useId()
  const counts = countStates(states)
  const online = counts[ShardState.Online] ?? 0
  return (
    <div class="table-filter">
      <label for={id}>{words.show}</label>
      <select
        id={id}
        value={String(filter)}
        onChange={({ currentTarget }) => onChange(readFilter(currentTarget.value))}
      >
        <option value="all">{words.all(states.length)}</option>
        <option value="not-online">{words.notOnline(states.length - online)}</option>
        {legendOrder.map(state => (
          <option key={state} value={String(state)}>
            {words.oneState(names[lookOf(state).name].name, counts[state] ?? 0)}
          </option>
        ))}
      </select>
    </div>
  )
}
