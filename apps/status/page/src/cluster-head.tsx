import { clusterWords } from './cluster-words.ts'
import type { Cluster } from './fleet/fleet.ts'
import { useTongue, useWords } from './words/use-words.ts'

const Figure = ({ value, name }: { value: string; name: string }) => (
  <div class="figure">
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)

/** A cluster's name and figures, and when it was last heard of. */
export function ClusterHead({ cluster, heard }: { cluster: Cluster; heard: string | undefined }) {
  const { count } = useTongue()
  const words = useWords(clusterWords)
  const { name, guilds, processes } = cluster
  const total = cluster.states.length
  return (
    <div class="cluster-head">
      <h2>{name}</h2>
      <dl class="figures">
        <Figure value={count(total)} name={words.shards(total)} />
        {guilds !== null && <Figure value={count(guilds)} name={words.servers(guilds)} />}
        <Figure value={count(processes)} name={words.processes(processes)} />
      </dl>
      <p class="cluster-age">{heard === undefined ? words.unheard : words.heard(heard)}</p>
    </div>
  )
}
