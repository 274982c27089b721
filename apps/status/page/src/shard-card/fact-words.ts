import { defineWords } from '../words/words.ts'

/** The names of what is known of a shard and of its process, and how what is not new is told. */
export type FactWords = {
  since(state: string): string
  ping: string
  servers: string
  process: string
  heard: string
  reconnects: string
  pid: string
  version: string
  memory: string
  uptime: string
  began: string
  unknown: string
  never: string
  noReconnects: string
  reconnected(times: number, ago: string | undefined): string
  /** A value that was measured a while ago. */
  was(value: string, ago: string): string
  nothing: string
}

export const factWords = defineWords<FactWords>({
  en: ({ count }) => ({
    since: state => `${state} since`,
    ping: 'Ping',
    servers: 'Servers',
    process: 'Process',
    heard: 'Last heard',
    reconnects: 'Reconnects',
    pid: 'Process ID',
    version: 'Made with',
    memory: 'Memory',
    uptime: 'Running for',
    began: 'Began',
    unknown: 'unknown',
    never: 'never',
    noReconnects: 'none since its process began',
    reconnected: (times, ago) => (ago === undefined ? count(times) : `${count(times)}, last ${ago}`),
    was: (value, ago) => `${value}, ${ago}`,
    nothing: 'Nothing more is known of it yet.',
  }),
  de: ({ count }) => ({
    since: state => `${state} seit`,
    ping: 'Ping',
    servers: 'Server',
    process: 'Prozess',
    heard: 'Zuletzt gehört',
    reconnects: 'Neuverbindungen',
    pid: 'Prozess-ID',
    version: 'Gebaut mit',
    memory: 'Speicher',
    uptime: 'Läuft seit',
    began: 'Gestartet',
    unknown: 'unbekannt',
    never: 'nie',
    noReconnects: 'keine, seit sein Prozess läuft',
    reconnected: (times, ago) => (ago === undefined ? count(times) : `${count(times)}, zuletzt ${ago}`),
    was: (value, ago) => `${value}, ${ago}`,
    nothing: 'Mehr ist noch nicht bekannt.',
  }),
  es: ({ count }) => ({
    since: state => `${state} desde`,
    ping: 'Ping',
    servers: 'Servidores',
    process: 'Proceso',
    heard: 'Últimas noticias',
    reconnects: 'Reconexiones',
    pid: 'ID del proceso',
    version: 'Hecho con',
    memory: 'Memoria',
    uptime: 'En marcha desde hace',
    began: 'Iniciado',
    unknown: 'desconocido',
    never: 'nunca',
    noReconnects: 'ninguna desde que empezó su proceso',
    reconnected: (times, ago) => (ago === undefined ? count(times) : `${count(times)}, la última ${ago}`),
    was: (value, ago) => `${value}, ${ago}`,
    nothing: 'Aún no se sabe nada más.',
  }),
  fr: ({ count }) => ({
    since: state => `${state} depuis`,
    ping: 'Ping',
    servers: 'Serveurs',
    process: 'Processus',
    heard: 'Dernières nouvelles',
    reconnects: 'Reconnexions',
    pid: 'ID du processus',
    version: 'Fait avec',
    memory: 'Mémoire',
    uptime: 'En marche depuis',
    began: 'Démarré',
    unknown: 'inconnu',
    never: 'jamais',
    noReconnects: 'aucune depuis le début de son processus',
    reconnected: (times, ago) => (ago === undefined ? count(times) : `${count(times)}, la dernière ${ago}`),
    was: (value, ago) => `${value}, ${ago}`,
    nothing: 'On n’en sait pas encore plus.',
  }),
})
