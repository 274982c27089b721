import { defineWords } from '../words/words.ts'

type CardWords = {
  shard(shard: string): string
  of(shards: string, cluster: string): string
  close: string
  more: string
  process: string
  lastKnown(age: string): string
  asking: string
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
    asking: 'Asking …',
    gone: (cluster, shards) => `There is no such shard: ${cluster} has ${shards}.`,
  }),
  de: () => ({
    shard: shard => `Shard ${shard}`,
    of: (shards, cluster) => `von ${shards} · ${cluster}`,
    close: 'Schließen',
    more: 'Mehr über diesen Shard',
    process: 'Sein Prozess',
    lastKnown: age => `Das ist der letzte bekannte Stand, ${age} alt.`,
    asking: 'Wird gefragt …',
    gone: (cluster, shards) => `Diesen Shard gibt es nicht: ${cluster} hat ${shards}.`,
  }),
  es: () => ({
    shard: shard => `Shard ${shard}`,
    of: (shards, cluster) => `de ${shards} · ${cluster}`,
    close: 'Cerrar',
    more: 'Más sobre este shard',
    process: 'Su proceso',
    lastKnown: age => `Es el último estado conocido, de hace ${age}.`,
    asking: 'Preguntando …',
    gone: (cluster, shards) => `No existe ese shard: ${cluster} tiene ${shards}.`,
  }),
  fr: () => ({
    shard: shard => `Shard ${shard}`,
    of: (shards, cluster) => `sur ${shards} · ${cluster}`,
    close: 'Fermer',
    more: 'En savoir plus sur ce shard',
    process: 'Son processus',
    lastKnown: age => `C’est le dernier état connu, vieux de ${age}.`,
    asking: 'On demande …',
    gone: (cluster, shards) => `Ce shard n’existe pas : ${cluster} en a ${shards}.`,
  }),
})
