import type { NoticeLevel } from '@shardlight/shard-registry'
import { defineWords } from '../words/words.ts'

type NoticeWords = Record<NoticeLevel, string> & {
  title: string
  more(notices: number): string
  moreTitle: string
  about(shards: number, which: string, moment: string): string
  since(moment: string): string
}

export const noticeWords = defineWords<NoticeWords>({
  en: ({ plural }) => ({
    problem: 'Problem',
    warning: 'Warning',
    info: 'Note',
    title: 'Notices',
    more: notices => plural(notices, { one: '# more notice', other: '# more notices' }),
    moreTitle: 'More notices',
    about: (shards, which, moment) =>
      plural(shards, { one: `Shard ${which} · since ${moment}`, other: `Shards ${which} · since ${moment}` }),
    since: moment => `Since ${moment}`,
  }),
  de: ({ plural }) => ({
    problem: 'Problem',
    warning: 'Warnung',
    info: 'Hinweis',
    title: 'Meldungen',
    more: notices => plural(notices, { one: '# weitere Meldung', other: '# weitere Meldungen' }),
    moreTitle: 'Weitere Meldungen',
    about: (shards, which, moment) =>
      plural(shards, { one: `Shard ${which} · seit ${moment}`, other: `Shards ${which} · seit ${moment}` }),
    since: moment => `Seit ${moment}`,
  }),
  es: ({ plural }) => ({
    problem: 'Problema',
    warning: 'Advertencia',
    info: 'Nota',
    title: 'Avisos',
    more: notices => plural(notices, { one: '# aviso más', other: '# avisos más' }),
    moreTitle: 'Más avisos',
    about: (shards, which, moment) =>
      plural(shards, { one: `Shard ${which} · desde ${moment}`, other: `Shards ${which} · desde ${moment}` }),
    since: moment => `Desde ${moment}`,
  }),
  fr: ({ plural }) => ({
    problem: 'Problème',
    warning: 'Avertissement',
    info: 'Note',
    title: 'Avis',
    more: notices => plural(notices, { one: '# autre avis', other: '# autres avis' }),
    moreTitle: 'Autres avis',
    about: (shards, which, moment) =>
      plural(shards, {
        one: `Shard ${which} · depuis ${moment}`,
        other: `Shards ${which} · depuis ${moment}`,
      }),
    since: moment => `Depuis ${moment}`,
  }),
})
