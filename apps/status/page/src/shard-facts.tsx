import type { ShardAnswer } from '@shardlight/status-client'
import { factWords } from './shard-card/fact-words.ts'
import { type Fact, shortFacts } from './shard-card/facts.ts'
import { useTongue, useWords } from './words/use-words.ts'

export const FactList = ({ facts }: { facts: readonly Fact[] }) => (
  <dl class="facts">
    {facts.map(({ name, value }) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

/** Since when, ping, servers, process and age, where they are known. */
export function ShardFacts({ details, nowMs }: { details: ShardAnswer; nowMs: number }) {
  const tongue = useTongue()
  const { nothing } = useWords(factWords)
  const facts = shortFacts(details, nowMs, tongue)
  return facts.length === 0 ? <p class="facts-none">{nothing}</p> : <FactList facts={facts} />
}
