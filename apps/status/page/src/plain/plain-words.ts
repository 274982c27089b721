import { defineWords } from '../words/words.ts'

type PlainWords = {
  asOf(moment: string): string
  reload: string
  notOnline: string
  allOnline: string
  /** After the ranges that are shown. */
  more(shards: number): string
  noClusters: string
}

export const plainWords = defineWords<PlainWords>({
  en: ({ plural }) => ({
    asOf: moment => `As of ${moment}`,
    reload: 'Reload',
    notOnline: 'Not online',
    allOnline: 'All shards of this cluster are online.',
    more: shards => plural(shards, { one: 'and # more shard', other: 'and # more shards' }),
    noClusters: 'No cluster is watched yet.',
  }),
  de: ({ plural }) => ({
    asOf: moment => `Stand: ${moment}`,
    reload: 'Neu laden',
    notOnline: 'Nicht online',
    allOnline: 'Alle Shards dieses Clusters sind online.',
    more: shards => plural(shards, { one: 'und # weiterer Shard', other: 'und # weitere Shards' }),
    noClusters: 'Noch wird kein Cluster beobachtet.',
  }),
  es: ({ plural }) => ({
    asOf: moment => `Datos de las ${moment}`,
    reload: 'Recargar',
    notOnline: 'Fuera de línea',
    allOnline: 'Todos los shards de este clúster están en línea.',
    more: shards => plural(shards, { one: 'y # shard más', other: 'y # shards más' }),
    noClusters: 'Todavía no se observa ningún clúster.',
  }),
  fr: ({ plural }) => ({
    asOf: moment => `Données de ${moment}`,
    reload: 'Recharger',
    notOnline: 'Pas en ligne',
    allOnline: 'Tous les shards de ce cluster sont en ligne.',
    more: shards => plural(shards, { one: 'et # shard de plus', other: 'et # shards de plus' }),
    noClusters: 'Aucun cluster n’est encore observé.',
  }),
})
