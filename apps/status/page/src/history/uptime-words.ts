import { defineWords } from '../words/words.ts'

type UptimeWords = {
  title: string
  /** What the bars are, for who hears them. */
  bars(days: number): string
  noData: string
  off: string
  up(percent: string): string
  /** How much of it is known. */
  known(percent: string): string
  problem(time: string): string
  worst(percent: string, at: string): string
  overDays(days: number): string
  overTime(time: string): string
  daysKnown(days: number): string
  timeKnown(time: string): string
  /** What stands where a period is too little known for a percentage, for those who hear it. */
  tooLittle: string
  nothingYet: string
  away: string
  last: { last24h: string; last7d: string; last30d: string; last90d: string }
  daysAgo(days: number): string
  today: string
  table: string
  columns: { day: string; up: string; known: string; problem: string; worst: string }
}

export const uptimeWords = defineWords<UptimeWords>({
  en: ({ plural }) => ({
    title: 'Uptime',
    bars: days => `Uptime of the last ${plural(days, { one: '# day', other: '# days' })}, in UTC`,
    noData: 'no data',
    off: 'switched off',
    up: percent => `${percent} up`,
    known: percent => `${percent} of the day is known`,
    problem: time => `a shard was down for ${time}`,
    worst: (percent, at) => `at worst, at ${at}, ${percent} of the shards were up`,
    overDays: days => `over ${plural(days, { one: '# day', other: '# days' })}`,
    overTime: time => `over ${time}`,
    daysKnown: days => `over ${plural(days, { one: '# day', other: '# days' })} known`,
    timeKnown: time => `over ${time} known`,
    tooLittle: 'not known for long enough',
    nothingYet: 'Nothing is known yet. Counting begins with the first pushes.',
    away: 'The history cannot be read at the moment.',
    last: { last24h: '24 hours', last7d: '7 days', last30d: '30 days', last90d: '90 days' },
    daysAgo: days => plural(days, { one: '# day ago', other: '# days ago' }),
    today: 'today',
    table: 'Days as a table',
    columns: {
      day: 'Day (UTC)',
      up: 'Up',
      known: 'Known',
      problem: 'A shard was down',
      worst: 'Worst moment',
    },
  }),
  de: ({ plural }) => ({
    title: 'Verfügbarkeit',
    bars: days => `Verfügbarkeit in den letzten ${plural(days, { one: '# Tag', other: '# Tagen' })}, in UTC`,
    noData: 'keine Daten',
    off: 'abgeschaltet',
    up: percent => `${percent} erreichbar`,
    known: percent => `${percent} des Tages sind bekannt`,
    problem: time => `ein Shard war ${time} ausgefallen`,
    worst: (percent, at) => `schlechtester Moment: um ${at} waren ${percent} der Shards erreichbar`,
    overDays: days => `über ${plural(days, { one: '# Tag', other: '# Tage' })}`,
    overTime: time => `über ${time}`,
    daysKnown: days => `über ${plural(days, { one: '# bekannten Tag', other: '# bekannte Tage' })}`,
    timeKnown: time => `über ${time}, die bekannt sind`,
    tooLittle: 'noch nicht lange genug bekannt',
    nothingYet: 'Noch ist nichts bekannt. Gezählt wird ab den ersten Meldungen.',
    away: 'Der Verlauf lässt sich gerade nicht lesen.',
    last: { last24h: '24 Stunden', last7d: '7 Tage', last30d: '30 Tage', last90d: '90 Tage' },
    daysAgo: days => `vor ${plural(days, { one: '# Tag', other: '# Tagen' })}`,
    today: 'heute',
    table: 'Tage als Tabelle',
    columns: {
      day: 'Tag (UTC)',
      up: 'Erreichbar',
      known: 'Bekannt',
      problem: 'Ein Shard ausgefallen',
      worst: 'Schlechtester Moment',
    },
  }),
  es: ({ plural }) => ({
    title: 'Disponibilidad',
    bars: days =>
      `Disponibilidad de ${plural(days, { one: 'el último día', other: 'los últimos # días' })}, en UTC`,
    noData: 'sin datos',
    off: 'apagado',
    up: percent => `${percent} activo`,
    known: percent => `se conoce el ${percent} del día`,
    problem: time => `algún shard estuvo caído ${time}`,
    worst: (percent, at) => `en el peor momento, a las ${at}, funcionaba el ${percent} de los shards`,
    overDays: days => `en ${plural(days, { one: '# día', other: '# días' })}`,
    overTime: time => `en ${time}`,
    daysKnown: days => `en ${plural(days, { one: '# día conocido', other: '# días conocidos' })}`,
    timeKnown: time => `en ${time} que se conocen`,
    tooLittle: 'aún no se conoce lo bastante',
    nothingYet: 'Aún no se sabe nada. Se cuenta desde los primeros avisos.',
    away: 'Ahora mismo no se puede leer el historial.',
    last: { last24h: '24 horas', last7d: '7 días', last30d: '30 días', last90d: '90 días' },
    daysAgo: days => `hace ${plural(days, { one: '# día', other: '# días' })}`,
    today: 'hoy',
    table: 'Los días en una tabla',
    columns: {
      day: 'Día (UTC)',
      up: 'Activo',
      known: 'Conocido',
      problem: 'Algún shard caído',
      worst: 'Peor momento',
    },
  }),
  fr: ({ plural }) => ({
    title: 'Disponibilité',
    bars: days =>
      `Disponibilité ${plural(days, { one: 'du dernier jour', other: 'des # derniers jours' })}, en UTC`,
    noData: 'pas de données',
    off: 'éteint',
    up: percent => `disponible à ${percent}`,
    known: percent => `${percent} de la journée sont connus`,
    problem: time => `un shard était en panne pendant ${time}`,
    worst: (percent, at) => `au pire moment, à ${at}, ${percent} des shards fonctionnaient`,
    overDays: days => `sur ${plural(days, { one: '# jour', other: '# jours' })}`,
    overTime: time => `sur ${time}`,
    daysKnown: days => `sur ${plural(days, { one: '# jour connu', other: '# jours connus' })}`,
    timeKnown: time => `sur ${time} connues`,
    tooLittle: 'pas encore connu assez longtemps',
    nothingYet: 'On ne sait encore rien. Le décompte commence avec les premiers messages.',
    away: 'L’historique ne peut pas être lu pour le moment.',
    last: { last24h: '24 heures', last7d: '7 jours', last30d: '30 jours', last90d: '90 jours' },
    daysAgo: days => `il y a ${plural(days, { one: '# jour', other: '# jours' })}`,
    today: 'aujourd’hui',
    table: 'Les jours en tableau',
    columns: {
      day: 'Jour (UTC)',
      up: 'Disponible',
      known: 'Connu',
      problem: 'Un shard en panne',
      worst: 'Pire moment',
    },
  }),
})
