import { defineWords } from '../words/words.ts'

type TableWords = {
  shard: string
  state: string
  since: string
  ping: string
  servers: string
  process: string
  /** What stands where nothing is known, for those who hear it. */
  unknown: string
  caption(cluster: string): string
  show: string
  all(shards: number): string
  notOnline(shards: number): string
  /** One state, with how many are in it. */
  oneState(name: string, shards: number): string
  range(first: number, last: number, total: number): string
  none: string
  pages: string
  previous: string
  next: string
  milliseconds(ms: number): string
}

export const tableWords = defineWords<TableWords>({
  en: ({ count }) => ({
    shard: 'Shard',
    state: 'State',
    since: 'Since',
    ping: 'Ping',
    servers: 'Servers',
    process: 'Process',
    unknown: 'not known',
    caption: cluster => `Shards of ${cluster}`,
    show: 'Show',
    all: shards => `All shards (${count(shards)})`,
    notOnline: shards => `Not online (${count(shards)})`,
    oneState: (name, shards) => `${name} (${count(shards)})`,
    range: (first, last, total) => `${count(first)} to ${count(last)} of ${count(total)}`,
    none: 'No shard is in that state.',
    pages: 'Pages of the table',
    previous: 'Previous',
    next: 'Next',
    milliseconds: ms => `${count(ms)} ms`,
  }),
  de: ({ count }) => ({
    shard: 'Shard',
    state: 'Zustand',
    since: 'Seit',
    ping: 'Ping',
    servers: 'Server',
    process: 'Prozess',
    unknown: 'nicht bekannt',
    caption: cluster => `Shards von ${cluster}`,
    show: 'Zeige',
    all: shards => `Alle Shards (${count(shards)})`,
    notOnline: shards => `Nicht online (${count(shards)})`,
    oneState: (name, shards) => `${name} (${count(shards)})`,
    range: (first, last, total) => `${count(first)} bis ${count(last)} von ${count(total)}`,
    none: 'Kein Shard ist in diesem Zustand.',
    pages: 'Seiten der Tabelle',
    previous: 'Zurück',
    next: 'Weiter',
    milliseconds: ms => `${count(ms)} ms`,
  }),
  es: ({ count }) => ({
    shard: 'Shard',
    state: 'Estado',
    since: 'Desde',
    ping: 'Ping',
    servers: 'Servidores',
    process: 'Proceso',
    unknown: 'no se sabe',
    caption: cluster => `Shards de ${cluster}`,
    show: 'Mostrar',
    all: shards => `Todos los shards (${count(shards)})`,
    notOnline: shards => `Fuera de línea (${count(shards)})`,
    oneState: (name, shards) => `${name} (${count(shards)})`,
    range: (first, last, total) => `${count(first)} a ${count(last)} de ${count(total)}`,
    none: 'Ningún shard está en ese estado.',
    pages: 'Páginas de la tabla',
    previous: 'Anterior',
    next: 'Siguiente',
    milliseconds: ms => `${count(ms)} ms`,
  }),
  fr: ({ count }) => ({
    shard: 'Shard',
    state: 'État',
    since: 'Depuis',
    ping: 'Ping',
    servers: 'Serveurs',
    process: 'Processus',
    unknown: 'inconnu',
    caption: cluster => `Shards de ${cluster}`,
    show: 'Afficher',
    all: shards => `Tous les shards (${count(shards)})`,
    notOnline: shards => `Pas en ligne (${count(shards)})`,
    oneState: (name, shards) => `${name} (${count(shards)})`,
    range: (first, last, total) => `${count(first)} à ${count(last)} sur ${count(total)}`,
    none: 'Aucun shard n’est dans cet état.',
    pages: 'Pages du tableau',
    previous: 'Précédent',
    next: 'Suivant',
    milliseconds: ms => `${count(ms)} ms`,
  }),
})
