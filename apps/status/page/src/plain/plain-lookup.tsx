import { readGuildId } from '@shardlight/shard-registry'
import type { ShardAnswer } from '@shardlight/status-client'
import { ComingOfServer } from '../coming/coming-shard.tsx'
import type { Fleet } from '../fleet/fleet.ts'
import { FoundAnswer } from '../lookup/found-shard.tsx'
import { LookupForm } from '../lookup/lookup-form.tsx'
import { lookupWords } from '../lookup/lookup-words.ts'
import { ShardFacts } from '../shard-facts.tsx'
import { useWords } from '../words/use-words.ts'

/** The form as the server answers it: what was asked for is kept, with what is wrong with it, or its shards. */
export function PlainLookup({
  fleet,
  asked,
  lang,
  found,
  nowMs,
  staleMs,
}: {
  fleet: Fleet
  /** What was asked for, as it was written; undefined where nothing was. */
  asked: string | undefined
  lang: string | undefined
  found: readonly ShardAnswer[]
  nowMs: number
  staleMs: number | undefined
}) {
  const words = useWords(lookupWords)
  const reading = asked === undefined ? undefined : readGuildId(asked)
  const guildId = reading && 'guildId' in reading ? reading.guildId : undefined
  return (
    <>
      <LookupForm text={asked ?? ''} reading={reading} lang={lang} />
      <div class="found-list">
        {guildId !== undefined &&
          found.map(details => {
            const cluster = fleet.cluster(details.cluster)
            return (
              cluster && (
                <FoundAnswer
                  key={cluster.name}
                  cluster={cluster}
                  state={details.state}
                  shard={details.id}
                  guildId={guildId}
                  staleMs={staleMs}
                  showCluster={fleet.clusters().length > 1}
                >
                  <ShardFacts details={details} nowMs={nowMs} />
                  {details.coming && <ComingOfServer coming={details.coming} guildId={guildId} />}
                </FoundAnswer>
              )
            )
          })}
        {guildId !== undefined && found.length === 0 && <p class="lookup-hint">{words.nowhere}</p>}
      </div>
    </>
  )
}
