import { defineWords } from './words/words.ts'

type ClusterWords = {
  cluster(name: string): string
  /** Only the word: the number stands beside it. */
  shards(shards: number): string
  servers(servers: number): string
  processes(processes: number): string
  unheard: string
  heard(ago: string): string
  noShards: string
}

export const clusterWords = defineWords<ClusterWords>({
  en: ({ plural }) => ({
    cluster: name => `Cluster ${name}`,
    shards: shards => plural(shards, { one: 'shard', other: 'shards' }),
    servers: servers => plural(servers, { one: 'server', other: 'servers' }),
    processes: processes => plural(processes, { one: 'process', other: 'processes' }),
    unheard: 'not heard from yet',
    heard: ago => `heard ${ago}`,
    noShards: 'This cluster has not told yet how many shards it has.',
  }),
  de: ({ plural }) => ({
    cluster: name => `Cluster ${name}`,
    shards: shards => plural(shards, { one: 'Shard', other: 'Shards' }),
    servers: () => 'Server',
    processes: processes => plural(processes, { one: 'Prozess', other: 'Prozesse' }),
    unheard: 'noch nichts gehört',
    heard: ago => `gehört ${ago}`,
    noShards: 'Dieser Cluster hat noch nicht gesagt, wie viele Shards er hat.',
  }),
  es: ({ plural }) => ({
    cluster: name => `Clúster ${name}`,
    shards: shards => plural(shards, { one: 'shard', other: 'shards' }),
    servers: servers => plural(servers, { one: 'servidor', other: 'servidores' }),
    processes: processes => plural(processes, { one: 'proceso', other: 'procesos' }),
    unheard: 'sin noticias todavía',
    heard: ago => `últimas noticias ${ago}`,
    noShards: 'Este clúster no ha dicho todavía cuántos shards tiene.',
  }),
  fr: ({ plural }) => ({
    cluster: name => `Cluster ${name}`,
    shards: shards => plural(shards, { one: 'shard', other: 'shards' }),
    servers: servers => plural(servers, { one: 'serveur', other: 'serveurs' }),
    processes: processes => plural(processes, { one: 'processus', other: 'processus' }),
    unheard: 'encore sans nouvelles',
    heard: ago => `nouvelles reçues ${ago}`,
    noShards: 'Ce cluster n’a pas encore dit combien de shards il a.',
  }),
})
