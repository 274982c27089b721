import { defineWords } from './words/words.ts'

type VerdictWords = {
  label: string
  waiting: string
  silent: string
  allDown: string
  allOnline: string
  /** Of shards that are down in maintenance. */
  maintenance: string
  down(shards: number): string
  restarting(shards: number): string
  /** Of those that start, and those that nothing was heard of. */
  notYet(shards: number): string
  someAffected(sentence: string): string
  unheard(shards: number): string
  online(online: number, total: number): string
  inClusters(sentence: string, clusters: number): string
  lastKnown(sentence: string): string
  lastHeard(sentence: string, ago: string): string
  /** Only the word: the number stands above it. */
  servers(servers: number): string
}

export const verdictWords = defineWords<VerdictWords>({
  en: ({ plural, count }) => ({
    label: 'Overall',
    waiting: 'Waiting for the first shards',
    silent: 'No shard has reported yet',
    allDown: 'All shards down',
    allOnline: 'All shards online',
    maintenance: 'Planned maintenance',
    down: down => plural(down, { one: '# shard down', other: '# shards down' }),
    restarting: shards => plural(shards, { one: '# shard restarting', other: '# shards restarting' }),
    notYet: shards => plural(shards, { one: '# shard not online yet', other: '# shards not online yet' }),
    someAffected: sentence => `Some servers are affected · ${sentence}`,
    unheard: unheard =>
      plural(unheard, { one: '# shard not heard from yet', other: '# shards not heard from yet' }),
    online: (online, total) =>
      plural(total, {
        one: `${count(online)} of # shard online`,
        other: `${count(online)} of # shards online`,
      }),
    inClusters: (sentence, clusters) =>
      plural(clusters, { one: `${sentence} in # cluster`, other: `${sentence} in # clusters` }),
    lastKnown: sentence => `Last known: ${sentence}`,
    lastHeard: (sentence, ago) => `${sentence} ${ago}; nothing newer is known`,
    servers: servers => plural(servers, { one: 'server', other: 'servers' }),
  }),
  de: ({ plural, count }) => ({
    label: 'Gesamtlage',
    waiting: 'Warten auf die ersten Shards',
    silent: 'Noch hat sich kein Shard gemeldet',
    allDown: 'Alle Shards ausgefallen',
    allOnline: 'Alle Shards online',
    maintenance: 'Geplante Wartung',
    down: down => plural(down, { one: '# Shard ausgefallen', other: '# Shards ausgefallen' }),
    restarting: shards => plural(shards, { one: '# Shard startet neu', other: '# Shards starten neu' }),
    notYet: shards =>
      plural(shards, { one: '# Shard noch nicht online', other: '# Shards noch nicht online' }),
    someAffected: sentence => `Einige Server sind betroffen · ${sentence}`,
    unheard: unheard =>
      plural(unheard, {
        one: 'Von # Shard noch nichts gehört',
        other: 'Von # Shards noch nichts gehört',
      }),
    online: (online, total) =>
      plural(total, {
        one: `${count(online)} von # Shard online`,
        other: `${count(online)} von # Shards online`,
      }),
    inClusters: (sentence, clusters) =>
      plural(clusters, { one: `${sentence} in # Cluster`, other: `${sentence} in # Clustern` }),
    lastKnown: sentence => `Zuletzt bekannt: ${sentence}`,
    lastHeard: (sentence, ago) => `${sentence}, Stand ${ago}; Neueres ist nicht bekannt`,
    servers: () => 'Server',
  }),
  es: ({ plural, count }) => ({
    label: 'Estado general',
    waiting: 'Esperando los primeros shards',
    silent: 'Ningún shard ha informado todavía',
    allDown: 'Todos los shards caídos',
    allOnline: 'Todos los shards en línea',
    maintenance: 'Mantenimiento planificado',
    down: down => plural(down, { one: '# shard caído', other: '# shards caídos' }),
    restarting: shards => plural(shards, { one: '# shard reiniciándose', other: '# shards reiniciándose' }),
    notYet: shards => plural(shards, { one: '# shard aún sin conexión', other: '# shards aún sin conexión' }),
    someAffected: sentence => `Algunos servidores están afectados · ${sentence}`,
    unheard: unheard =>
      plural(unheard, { one: '# shard sin noticias todavía', other: '# shards sin noticias todavía' }),
    online: (online, total) =>
      plural(total, {
        one: `${count(online)} de # shard en línea`,
        other: `${count(online)} de # shards en línea`,
      }),
    inClusters: (sentence, clusters) =>
      plural(clusters, { one: `${sentence} en # clúster`, other: `${sentence} en # clústeres` }),
    lastKnown: sentence => `Último estado conocido: ${sentence}`,
    lastHeard: (sentence, ago) => `${sentence} ${ago}; no se sabe nada más reciente`,
    servers: servers => plural(servers, { one: 'servidor', other: 'servidores' }),
  }),
  fr: ({ plural, count }) => ({
    label: 'Vue d’ensemble',
    waiting: 'En attente des premiers shards',
    silent: 'Aucun shard ne s’est encore signalé',
    allDown: 'Tous les shards sont en panne',
    allOnline: 'Tous les shards sont en ligne',
    maintenance: 'Maintenance prévue',
    down: down => plural(down, { one: '# shard en panne', other: '# shards en panne' }),
    restarting: shards =>
      plural(shards, { one: '# shard en cours de redémarrage', other: '# shards en cours de redémarrage' }),
    notYet: shards =>
      plural(shards, { one: '# shard pas encore en ligne', other: '# shards pas encore en ligne' }),
    someAffected: sentence => `Certains serveurs sont touchés · ${sentence}`,
    unheard: unheard =>
      plural(unheard, { one: '# shard encore sans nouvelles', other: '# shards encore sans nouvelles' }),
    online: (online, total) =>
      plural(total, {
        one: `${count(online)} shard sur # en ligne`,
        other: `${count(online)} shards sur # en ligne`,
      }),
    inClusters: (sentence, clusters) =>
      plural(clusters, { one: `${sentence} dans # cluster`, other: `${sentence} dans # clusters` }),
    lastKnown: sentence => `Dernier état connu : ${sentence}`,
    lastHeard: (sentence, ago) => `${sentence}, ${ago} ; rien de plus récent n’est connu`,
    servers: servers => plural(servers, { one: 'serveur', other: 'serveurs' }),
  }),
})
