import { ShardState } from '@shardlight/shard-registry'
import { useState } from 'preact/hooks'
import type { Cluster } from '../fleet/fleet.ts'
import { useCalm } from '../hooks.ts'
import { hashOf } from '../shard-card/card-address.ts'
import { lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { FilterSelect } from './filter-select.tsx'
import { type Filter, pageOfShard, selectShards } from './select-shards.ts'
import { tableWords } from './table-words.ts'
import { type ShardRow, useShardRows } from './use-shard-rows.ts'

const PAGE_SIZE = 50

function Row({
  cluster,
  id,
  state,
  row,
  isFound,
  nowMs,
}: {
  cluster: string
  id: number
  state: number
  row: ShardRow | undefined
  isFound: boolean
  nowMs: number
}) {
  const { count, duration, moment } = useTongue()
  const words = useWords(tableWords)
  const { name, sign } = lookOf(state)
  const stateName = useWords(stateWords)[name].name
  const sinceMs = row?.state === state ? row.sinceMs : null
  const known = (value: string | undefined) =>
    value ?? (
      <>
        <span aria-hidden="true">–</span>
        <span class="unseen">{words.unknown}</span>
      </>
    )
  return (
    <tr class={isFound ? 'row-found' : undefined} aria-current={isFound ? 'true' : undefined}>
      <th scope="row">
        <a href={hashOf({ cluster, shard: id })}>{id}</a>
      </th>
      <td>
        <span class="table-state">
          <span class="swatch" data-state={state} aria-hidden="true">
            {sign}
          </span>
          {stateName}
        </span>
      </td>
      <td>
        {known(sinceMs === null ? undefined : `${moment(sinceMs, nowMs)} (${duration(nowMs - sinceMs)})`)}
      </td>
      <td class="table-number table-spare">
        {known(row?.pingMs == null ? undefined : words.milliseconds(Math.round(row.pingMs)))}
      </td>
      <td class="table-number table-spare">{known(row?.guilds == null ? undefined : count(row.guilds))}</td>
      <td class="table-spare">{known(row?.processId ?? undefined)}</td>
    </tr>
  )
}

/** All shards of a cluster as a table, a page at a time. */
export function ShardTable({
  cluster,
  found,
  nowMs,
}: {
  cluster: Cluster
  /** The shard that was looked up; the table opens with its page. */
  found: number | undefined
  nowMs: number
}) {
  const words = useWords(tableWords)
  const [filter, setFilter] = useState<Filter>('all')
  const [turned, setTurned] = useState<{ page: number; found: number | undefined }>()
  const { name, states } = cluster
  const wanted = turned?.found === found ? turned?.page : undefined
  const pageOfFound = found === undefined || filter !== 'all' ? 0 : pageOfShard(states, found, PAGE_SIZE)
  const { ids, page, total } = selectShards(states, {
    filter,
    page: wanted ?? pageOfFound,
    pageSize: PAGE_SIZE,
  })
  const rows = useShardRows(name, ids)
  const turnTo = (to: number) => setTurned({ page: to, found })
  const isLast = (page + 1) * PAGE_SIZE >= total
  const first = page * PAGE_SIZE + 1
  const shown = total === 0 ? words.none : words.range(first, first + ids.length - 1, total)
  const spoken = useCalm(shown)
  return (
    <div class="shard-table">
      <div class="table-tools">
        <FilterSelect
          states={states}
          filter={filter}
          onChange={next => {
            setFilter(next)
            setTurned(undefined)
          }}
        />
        <nav class="table-pages" aria-label={`${words.pages}: ${name}`}>
          <button type="button" aria-disabled={page === 0} onClick={() => page > 0 && turnTo(page - 1)}>
            {words.previous}
          </button>
          <p aria-hidden="true">{shown}</p>
          <p class="unseen" role="status">
            {spoken}
          </p>
          <button type="button" aria-disabled={isLast} onClick={() => !isLast && turnTo(page + 1)}>
            {words.next}
          </button>
        </nav>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="table-scroll" aria-label={words.caption(name)} tabIndex={0}>
        <table>
          <caption class="unseen">{words.caption(name)}</caption>
          <thead>
            <tr>
              <th scope="col">{words.shard}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.since}</th>
              <th scope="col" class="table-number table-spare">
                {words.ping}
              </th>
              <th scope="col" class="table-number table-spare">
                {words.servers}
              </th>
              <th scope="col" class="table-spare">
                {words.process}
              </th>
            </tr>
          </thead>
          <tbody>
            {ids.map(id => (
              <Row
                key={id}
                cluster={name}
                id={id}
                state={states[id] ?? ShardState.Unknown}
                row={rows.get(id)}
                isFound={id === found}
                nowMs={nowMs}
              />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
