import { readGuildId, shardOfGuild } from '@shardlight/shard-registry'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Fleet } from '../fleet/fleet.ts'
import type { ShardPlace } from '../shard-details.ts'
import { FoundShard } from './found-shard.tsx'
import { pathOfGuild } from './guild-address.ts'

/** From a guild's id, or a link to one of its messages, to the shard of each cluster that serves it. */
export function Lookup({
  fleet,
  isLoaded,
  guildAtFirst,
  skewMs,
  onFound,
}: {
  fleet: Fleet
  isLoaded: boolean
  guildAtFirst: string
  skewMs: number
  onFound: (found: ShardPlace[]) => void
}) {
  const [text, setText] = useState(guildAtFirst)
  const [asked, setAsked] = useState(guildAtFirst)
  const input = useRef<HTMLInputElement>(null)
  const reading = useMemo(() => (asked === '' ? undefined : readGuildId(asked)), [asked])
  const guildId = reading && 'guildId' in reading ? reading.guildId : undefined
  const problem = reading && 'problem' in reading ? reading.problem : undefined
  const clusters = fleet.clusters()
  const sizes = clusters.map(({ name, states }) => `${name}:${states.length}`).join(' ')

  const found = useMemo(
    () =>
      guildId === undefined
        ? []
        : clusters
            .filter(({ states }) => states.length > 0)
            .map(({ name, states }) => ({ cluster: name, shard: shardOfGuild(guildId, states.length) })),
    [guildId, sizes],
  )

  useEffect(() => onFound(found), [found, onFound])

  function ask(given: string): void {
    const wanted = given.trim()
    setText(wanted)
    setAsked(wanted === '' ? ' ' : wanted)
    const read = readGuildId(wanted)
    if ('guildId' in read) history.replaceState(null, '', pathOfGuild(read.guildId))
    else input.current?.focus()
  }

  function clear(): void {
    setText('')
    setAsked('')
    history.replaceState(null, '', '/')
    input.current?.focus()
  }

  return (
    <>
      <section class="lookup" aria-label="Server lookup">
        <form
          noValidate
          onSubmit={event => {
            event.preventDefault()
            ask(text)
          }}
        >
          <label for="guild">Is it up in your server?</label>
          <div class="lookup-row">
            <input
              ref={input}
              id="guild"
              name="guild"
              type="text"
              inputMode="text"
              autoComplete="off"
              spellcheck={false}
              placeholder="Server ID or link"
              value={text}
              aria-invalid={problem !== undefined}
              aria-describedby={problem ? 'guild-problem' : 'guild-hint'}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
              onPaste={event => {
                const pasted = event.clipboardData?.getData('text') ?? ''
                if ('problem' in readGuildId(pasted)) return
                event.preventDefault()
                ask(pasted)
              }}
            />
            <button type="submit">Look up</button>
          </div>
          {problem ? (
            <p id="guild-problem" class="lookup-problem" role="alert">
              {problem}
            </p>
          ) : (
            <p id="guild-hint" class="lookup-hint">
              In Discord, copy the link of any message in your server and paste it here. The ID of the server
              (guild) works as well.
            </p>
          )}
        </form>
      </section>
      {/* There from the beginning: what comes together with its live region is not read out. */}
      <div class={found.length > 2 ? 'found-list' : 'found-list found-list-few'} aria-live="polite">
        {guildId !== undefined &&
          isLoaded &&
          found.map(({ cluster, shard }) => (
            <FoundShard
              key={cluster}
              fleet={fleet}
              cluster={cluster}
              shard={shard}
              guildId={guildId}
              showCluster={clusters.length > 1}
              skewMs={skewMs}
              onClear={clear}
            />
          ))}
        {guildId !== undefined && isLoaded && found.length === 0 && (
          <p class="lookup-hint">No cluster has told yet how many shards it has.</p>
        )}
      </div>
    </>
  )
}
