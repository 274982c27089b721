import { defineWords } from '../words/words.ts'

type ShardHistoryWords = {
  title: string
  upAll: string
  upFor(percent: string): string
  downOnce(downFor: string, since: string): string
  downTimes(times: number, downFor: string, lastAt: string): string
  off: string
  noData: string
  knownFor(known: string): string
  away: string
  begin: string
  now: string
}

export const shardHistoryWords = defineWords<ShardHistoryWords>({
  en: ({ plural }) => ({
    title: 'Last 24 hours',
    upAll: 'Up all the time',
    upFor: percent => `Up ${percent} of the time`,
    downOnce: (downFor, since) => `down once, for ${downFor}, from ${since}`,
    downTimes: (times, downFor, lastAt) =>
      `down ${plural(times, { one: '# time', other: '# times' })}, ${downFor} in all, last at ${lastAt}`,
    off: 'Switched off all the time',
    noData: 'Nothing is known of these hours',
    knownFor: known => `only ${known} are known`,
    away: 'The history cannot be read at the moment.',
    begin: '24 hours ago',
    now: 'now',
  }),
  de: ({ plural }) => ({
    title: 'Letzte 24 Stunden',
    upAll: 'Die ganze Zeit erreichbar',
    upFor: percent => `${percent} der Zeit erreichbar`,
    downOnce: (downFor, since) => `ein Ausfall, ${downFor}, ab ${since}`,
    downTimes: (times, downFor, lastAt) =>
      `${plural(times, { one: '# Ausfall', other: '# Ausfälle' })}, zusammen ${downFor}, zuletzt um ${lastAt}`,
    off: 'Die ganze Zeit abgeschaltet',
    noData: 'Von diesen Stunden ist nichts bekannt',
    knownFor: known => `nur ${known} sind bekannt`,
    away: 'Der Verlauf lässt sich gerade nicht lesen.',
    begin: 'vor 24 Stunden',
    now: 'jetzt',
  }),
  es: ({ plural }) => ({
    title: 'Últimas 24 horas',
    upAll: 'Activo todo el tiempo',
    upFor: percent => `Activo el ${percent} del tiempo`,
    downOnce: (downFor, since) => `una caída de ${downFor}, desde las ${since}`,
    downTimes: (times, downFor, lastAt) =>
      `${plural(times, { one: '# caída', other: '# caídas' })}, ${downFor} en total, la última a las ${lastAt}`,
    off: 'Apagado todo el tiempo',
    noData: 'No se sabe nada de estas horas',
    knownFor: known => `solo se conocen ${known}`,
    away: 'Ahora mismo no se puede leer el historial.',
    begin: 'hace 24 horas',
    now: 'ahora',
  }),
  fr: ({ plural }) => ({
    title: 'Dernières 24 heures',
    upAll: 'Disponible tout le temps',
    upFor: percent => `Disponible ${percent} du temps`,
    downOnce: (downFor, since) => `une panne de ${downFor}, à partir de ${since}`,
    downTimes: (times, downFor, lastAt) =>
      `${plural(times, { one: '# panne', other: '# pannes' })}, ${downFor} en tout, la dernière à ${lastAt}`,
    off: 'Éteint tout le temps',
    noData: 'On ne sait rien de ces heures',
    knownFor: known => `seulement ${known} connues`,
    away: 'L’historique ne peut pas être lu pour le moment.',
    begin: 'il y a 24 heures',
    now: 'maintenant',
  }),
})
