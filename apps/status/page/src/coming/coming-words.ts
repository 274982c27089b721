import { defineWords } from '../words/words.ts'

type ComingWords = {
  /** Of a whole cluster. */
  layout(shards: string, connected: string): string
  title: string
  /** Where one server will be. */
  server(target: string, of: string): string
  /** Where the servers of one shard will be. */
  servers(shards: string, of: string): string
  target(shard: string, state: string): string
  spread(targets: number, of: string): string
}

export const comingWords = defineWords<ComingWords>({
  en: ({ plural }) => ({
    layout: (shards, connected) => `Being resharded to ${shards} shards: ${connected} of ${shards} connected`,
    title: 'Being resharded',
    server: (target, of) => `After resharding: shard ${target} of ${of}`,
    servers: (shards, of) => `Soon its servers will be on shard ${shards} of ${of}.`,
    target: (shard, state) => `${shard} (${state})`,
    spread: (targets, of) =>
      plural(targets, {
        one: `Soon its servers will be on # shard of ${of}.`,
        other: `Soon its servers will be spread over # shards of ${of}.`,
      }),
  }),
  de: ({ plural }) => ({
    layout: (shards, connected) => `Umstellung auf ${shards} Shards: ${connected} von ${shards} verbunden`,
    title: 'Wird umgestellt',
    server: (target, of) => `Nach der Umstellung: Shard ${target} von ${of}`,
    servers: (shards, of) => `Bald gehören seine Server zu Shard ${shards} von ${of}.`,
    target: (shard, state) => `${shard} (${state})`,
    spread: (targets, of) =>
      plural(targets, {
        one: `Bald gehören seine Server zu # Shard von ${of}.`,
        other: `Bald verteilen sich seine Server auf # Shards von ${of}.`,
      }),
  }),
  es: ({ plural }) => ({
    layout: (shards, connected) => `Pasando a ${shards} shards: ${connected} de ${shards} con conexión`,
    title: 'En reorganización',
    server: (target, of) => `Tras la reorganización: shard ${target} de ${of}`,
    servers: (shards, of) => `Pronto sus servidores estarán en el shard ${shards} de ${of}.`,
    target: (shard, state) => `${shard} (${state})`,
    spread: (targets, of) =>
      plural(targets, {
        one: `Pronto sus servidores estarán en # shard de ${of}.`,
        other: `Pronto sus servidores se repartirán entre # shards de ${of}.`,
      }),
  }),
  fr: ({ plural }) => ({
    layout: (shards, connected) => `Passage à ${shards} shards : ${connected} sur ${shards} sont connectés`,
    title: 'En réorganisation',
    server: (target, of) => `Après la réorganisation : shard ${target} de ${of}`,
    servers: (shards, of) => `Bientôt, ses serveurs seront sur le shard ${shards} de ${of}.`,
    target: (shard, state) => `${shard} (${state})`,
    spread: (targets, of) =>
      plural(targets, {
        one: `Bientôt, ses serveurs seront sur # shard de ${of}.`,
        other: `Bientôt, ses serveurs seront répartis sur # shards de ${of}.`,
      }),
  }),
})
