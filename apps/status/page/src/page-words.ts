import { defineWords } from './words/words.ts'

/** What stands around everything else: header, footer, and whether the page is live. */
type PageWords = {
  /** After the name: "Shardlight status". */
  status: string
  skip: string
  connecting: string
  live: string
  updated(ago: string): string
  reconnecting(age: string): string
  lastKnown(age: string): string
  states: string
  whatIsAShard: string
  languages: string
  links: string
  views: string
  grid: string
  table: string
  description: string
}

export const pageWords = defineWords<PageWords>({
  en: () => ({
    status: 'status',
    skip: 'Skip to the states of the shards',
    connecting: 'Connecting …',
    live: 'Live',
    updated: ago => `updated ${ago}`,
    reconnecting: age => `Reconnecting · data is ${age} old`,
    lastKnown: age => `Last known · data is ${age} old`,
    states: 'States of shards',
    whatIsAShard: 'A shard is one connection of the bot to Discord. Your server is on exactly one of them.',
    languages: 'Language',
    links: 'Links',
    views: 'View',
    grid: 'Grid',
    table: 'Table',
    description: 'Whether the bot is up, shard by shard, and in your server.',
  }),
  de: () => ({
    status: 'Status',
    skip: 'Zu den Zuständen der Shards springen',
    connecting: 'Verbinde …',
    live: 'Live',
    updated: ago => `aktualisiert ${ago}`,
    reconnecting: age => `Verbinde neu · Stand von vor ${age}`,
    lastKnown: age => `Letzter bekannter Stand · von vor ${age}`,
    states: 'Zustände der Shards',
    whatIsAShard:
      'Ein Shard ist eine Verbindung des Bots zu Discord. Dein Server gehört zu genau einem von ihnen.',
    languages: 'Sprache',
    links: 'Links',
    views: 'Ansicht',
    grid: 'Raster',
    table: 'Tabelle',
    description: 'Ob der Bot läuft, Shard für Shard, und auf deinem Server.',
  }),
  es: () => ({
    status: 'estado',
    skip: 'Ir a los estados de los shards',
    connecting: 'Conectando …',
    live: 'En directo',
    updated: ago => `actualizado ${ago}`,
    reconnecting: age => `Reconectando · los datos tienen ${age}`,
    lastKnown: age => `Último estado conocido · de hace ${age}`,
    states: 'Estados de los shards',
    whatIsAShard:
      'Un shard es una conexión del bot con Discord. Tu servidor está exactamente en uno de ellos.',
    languages: 'Idioma',
    links: 'Enlaces',
    views: 'Vista',
    grid: 'Cuadrícula',
    table: 'Tabla',
    description: 'Si el bot funciona, shard por shard, y en tu servidor.',
  }),
  fr: () => ({
    status: 'état',
    skip: 'Aller aux états des shards',
    connecting: 'Connexion …',
    live: 'En direct',
    updated: ago => `mis à jour ${ago}`,
    reconnecting: age => `Reconnexion · données vieilles de ${age}`,
    lastKnown: age => `Dernier état connu · il y a ${age}`,
    states: 'États des shards',
    whatIsAShard: 'Un shard est une connexion du bot à Discord. Ton serveur est sur exactement l’un d’eux.',
    languages: 'Langue',
    links: 'Liens',
    views: 'Affichage',
    grid: 'Grille',
    table: 'Tableau',
    description: 'Si le bot fonctionne, shard par shard, et sur ton serveur.',
  }),
})
