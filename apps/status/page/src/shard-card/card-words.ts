import { defineWords } from '../words/words.ts'

type CardWords = {
  shard(shard: string): string
  of(shards: string, cluster: string): string
  close: string
  more: string
  process: string
  lastKnown(age: string): string
  lastState(state: string): string
  asking: string
  away(state: string, ago: string): string
  noCluster(cluster: string): string
  gone(cluster: string, shards: string): string
}

export const cardWords = defineWords<CardWords>({
  en: () => ({
    shard: shard => `Shard ${shard}`,
    of: (shards, cluster) => `of ${shards} · ${cluster}`,
    close: 'Close',
    more: 'More about this shard',
    process: 'Its process',
    lastKnown: age => `This is the last known picture, ${age} old.`,
    lastState: state => `Last known: ${state}`,
    asking: 'Asking …',
    away: (state, ago) => `Cannot be asked now. Last known: ${state}, ${ago}`,
    noCluster: cluster => `There is no such shard: no cluster is called ${cluster}.`,
    gone: (cluster, shards) => `There is no such shard: ${cluster} has ${shards}.`,
  }),
  de: () => ({
    shard: shard => `Shard ${shard}`,
    of: (shards, cluster) => `von ${shards} · ${cluster}`,
    close: 'Schließen',
    more: 'Mehr über diesen Shard',
    process: 'Sein Prozess',
    lastKnown: age => `Das ist der letzte bekannte Stand, ${age} alt.`,
    lastState: state => `Zuletzt bekannt: ${state}`,
    asking: 'Wird gefragt …',
    away: (state, ago) => `Kann gerade nicht gefragt werden. Zuletzt bekannt: ${state}, ${ago}`,
    noCluster: cluster => `Diesen Shard gibt es nicht: Kein Cluster heißt ${cluster}.`,
    gone: (cluster, shards) => `Diesen Shard gibt es nicht: ${cluster} hat ${shards}.`,
  }),
  es: () => ({
    shard: shard => `Shard ${shard}`,
    of: (shards, cluster) => `de ${shards} · ${cluster}`,
    close: 'Cerrar',
    more: 'Más sobre este shard',
    process: 'Su proceso',
    lastKnown: age => `Es el último estado conocido, de hace ${age}.`,
    lastState: state => `Último estado conocido: ${state}`,
    asking: 'Preguntando …',
    away: (state, ago) => `Ahora no se puede preguntar. Último estado conocido: ${state}, ${ago}`,
    noCluster: cluster => `No existe ese shard: ningún clúster se llama ${cluster}.`,
    gone: (cluster, shards) => `No existe ese shard: ${cluster} tiene ${shards}.`,
  }),
  fr: () => ({
    shard: shard => `Shard ${shard}`,
    of: (shards, cluster) => `sur ${shards} · ${cluster}`,
    close: 'Fermer',
    more: 'En savoir plus sur ce shard',
    process: 'Son processus',
    lastKnown: age => `C’est le dernier état connu, vieux de ${age}.`,
    lastState: state => `Dernier état connu : ${state}`,
    asking: 'On demande …',
    away: (state, ago) => `Impossible de demander pour l’instant. Dernier état connu : ${state}, ${ago}`,
    noCluster: cluster => `Ce shard n’existe pas : aucun cluster ne s’appelle ${cluster}.`,
    gone: (cluster, shards) => `Ce shard n’existe pas : ${cluster} en a ${shards}.`,
  }),
})
