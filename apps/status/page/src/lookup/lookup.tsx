import { readGuildId, shardOfGuild } from '@shardlight/shard-registry'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Fleet } from '../fleet/fleet.ts'
import type { ShardPlace } from '../shard-details.ts'
import { useWords } from '../words/use-words.ts'
import { FoundShard } from './found-shard.tsx'
import { addressWith, pathOfGuild } from './guild-address.ts'
import { LookupForm } from './lookup-form.tsx'
import { lookupWords } from './lookup-words.ts'

/** An empty question is one that was asked: it is answered by what is missing. */
const EMPTY = ' '

/** From a guild's id, or a link to one of its messages, to the shard of each cluster that serves it. */
export function Lookup({
  fleet,
  guildAtFirst,
  typedAtFirst,
  skewMs,
  staleMs,
  onFound,
  onShow,
}: {
  fleet: Fleet
  /** The one of the address. */
  guildAtFirst: string
  /** What was typed into the form before this took it over. */
  typedAtFirst: string | undefined
  skewMs: number
  staleMs: number | undefined
  onFound: (found: ShardPlace[]) => void
  onShow: (place: ShardPlace) => void
}) {
  const words = useWords(lookupWords)
  const [text, setText] = useState(typedAtFirst ?? guildAtFirst)
  const [asked, setAsked] = useState(guildAtFirst)
  const input = useRef<HTMLInputElement>(null)
  const reading = useMemo(() => (asked === '' ? undefined : readGuildId(asked)), [asked])
  const guildId = reading && 'guildId' in reading ? reading.guildId : undefined
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
    setAsked(wanted === '' ? EMPTY : wanted)
    const read = readGuildId(wanted)
    if ('guildId' in read) {
      history.replaceState(null, '', addressWith(pathOfGuild(read.guildId), location.search))
      // The keyboard of a phone would cover the answer.
      if (matchMedia('(pointer: coarse)').matches) input.current?.blur()
    } else input.current?.focus()
  }

  function clear(): void {
    setText('')
    setAsked('')
    history.replaceState(null, '', addressWith('/', location.search))
    input.current?.focus()
  }

  return (
    <>
      <LookupForm
        text={text}
        reading={reading}
        lang={undefined}
        input={input}
        onAsk={() => ask(text)}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onPaste={event => {
          const pasted = event.clipboardData?.getData('text') ?? ''
          if ('problem' in readGuildId(pasted)) return
          event.preventDefault()
          ask(pasted)
        }}
      />
      {/* There from the beginning: what comes together with its live region is not read out. */}
      <div class="found-list" aria-live="polite">
        {guildId !== undefined &&
          found.map(({ cluster, shard }) => (
            <FoundShard
              key={cluster}
              fleet={fleet}
              name={cluster}
              shard={shard}
              guildId={guildId}
              showCluster={clusters.length > 1}
              skewMs={skewMs}
              staleMs={staleMs}
              onShow={onShow}
              onClear={clear}
            />
          ))}
        {guildId !== undefined && found.length === 0 && <p class="lookup-hint">{words.nowhere}</p>}
      </div>
    </>
  )
}
