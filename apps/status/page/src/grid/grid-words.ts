import { defineWords } from '../words/words.ts'

type GridWords = {
  shard(id: number): string
  label(id: number, state: string): string
  shardsOf(total: number, cluster: string): string
  notOnline(count: number): string
  allOnline: string
  goTo(ids: string, state: string): string
  more(count: number): string
}

export const gridWords = defineWords<GridWords>({
  en: ({ plural }) => ({
    shard: id => `Shard ${id}`,
    label: (id, state) => `Shard ${id}: ${state}`,
    shardsOf: (total, cluster) => `${plural(total, { one: '# shard', other: '# shards' })} of ${cluster}`,
    notOnline: count => plural(count, { one: '# not online', other: '# not online' }),
    allOnline: 'All online',
    goTo: (ids, state) => `Shard ${ids}: ${state}. Go there`,
    more: count => plural(count, { one: 'and # more', other: 'and # more' }),
  }),
  de: ({ plural }) => ({
    shard: id => `Shard ${id}`,
    label: (id, state) => `Shard ${id}: ${state}`,
    shardsOf: (total, cluster) => `${plural(total, { one: '# Shard', other: '# Shards' })} von ${cluster}`,
    notOnline: count => plural(count, { one: '# nicht online', other: '# nicht online' }),
    allOnline: 'Alle online',
    goTo: (ids, state) => `Shard ${ids}: ${state}. Hingehen`,
    more: count => plural(count, { one: 'und # weiterer', other: 'und # weitere' }),
  }),
  es: ({ plural }) => ({
    shard: id => `Shard ${id}`,
    label: (id, state) => `Shard ${id}: ${state}`,
    shardsOf: (total, cluster) => `${plural(total, { one: '# shard', other: '# shards' })} de ${cluster}`,
    notOnline: count => plural(count, { one: '# fuera de línea', other: '# fuera de línea' }),
    allOnline: 'Todos en línea',
    goTo: (ids, state) => `Shard ${ids}: ${state}. Ir allí`,
    more: count => plural(count, { one: 'y # más', other: 'y # más' }),
  }),
  fr: ({ plural }) => ({
    shard: id => `Shard ${id}`,
    label: (id, state) => `Shard ${id} : ${state}`,
    shardsOf: (total, cluster) => `${plural(total, { one: '# shard', other: '# shards' })} de ${cluster}`,
    notOnline: count => plural(count, { one: '# pas en ligne', other: '# pas en ligne' }),
    allOnline: 'Tous en ligne',
    goTo: (ids, state) => `Shard ${ids} : ${state}. Y aller`,
    more: count => plural(count, { one: 'et # de plus', other: 'et # de plus' }),
  }),
})
