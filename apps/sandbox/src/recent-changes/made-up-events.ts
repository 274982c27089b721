import type { GivenEvent } from './stream.ts'

const WIKIS = [
  ['en.wikipedia.org', 30],
  ['es.wikipedia.org', 12],
  ['de.wikipedia.org', 10],
  ['fr.wikipedia.org', 10],
  ['ja.wikipedia.org', 6],
  ['ru.wikipedia.org', 6],
  ['it.wikipedia.org', 5],
  ['pt.wikipedia.org', 4],
  ['zh.wikipedia.org', 4],
  ['ar.wikipedia.org', 3],
  ['vi.wikipedia.org', 2],
  ['en.wiktionary.org', 3],
  ['commons.wikimedia.org', 8],
  ['www.wikidata.org', 12],
] as const

const TITLES: Record<string, readonly string[]> = {
  en: ['Lighthouse', 'Tide table', 'Fresnel lens', 'Semaphore line', 'Night sky', 'Harbour pilot', 'Foghorn'],
  es: ['Faro', 'Marea', 'Lente de Fresnel', 'Cielo nocturno', 'Señal marítima'],
  de: ['Leuchtturm', 'Gezeiten', 'Fresnel-Linse', 'Nachthimmel', 'Übersee-Museum'],
  fr: ['Phare', 'Marée', 'Lentille de Fresnel', 'Ciel nocturne', 'Île d’Ouessant'],
  ja: ['灯台', '潮汐', '夜空'],
  ru: ['Маяк', 'Прилив', 'Линза Френеля'],
  zh: ['灯塔', '潮汐'],
  ar: ['منارة', 'مد وجزر'],
  vi: ['Hải đăng', 'Thủy triều'],
}

const EDITORS = [
  'Keeper',
  'Fresnel1788',
  'Marée haute',
  '灯台守',
  '~2026-31337-42',
  '192.0.2.17',
  '2001:db8::7',
]

const COMMENTS = [
  '',
  'typo',
  '/* History */ added a source',
  'Undid revision 1167689309 by [[Special:Contributions/192.0.2.17|192.0.2.17]]',
  '**bold** claims removed, see <https://example.org> and @everyone',
  '+ image',
  'wikilinks \u202efixed\u202c',
]

/** Mulberry32: the same events from start to start. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Endless changes in many languages that fit the schema, with the oddities that the real stream has. */
export function createMadeUpEvents(seed = 1): () => GivenEvent {
  const random = createRandom(seed)
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value
  const weights = WIKIS.reduce((sum, [, weight]) => sum + weight, 0)
  let id = 1_000_000
  let revision = 5_000_000

  function wiki(): string {
    let left = random() * weights
    for (const [name, weight] of WIKIS) {
      left -= weight
      if (left <= 0) return name
    }
    return WIKIS[0][0]
  }

  return () => {
    const server = wiki()
    const language = server.split('.')[0] ?? 'en'
    const title = pick(TITLES[language] ?? TITLES['en'] ?? [])
    const isBot = random() < 0.25
    const kind = random()
    const type = kind < 0.78 ? 'edit' : kind < 0.82 ? 'new' : kind < 0.9 ? 'log' : 'categorize'
    const before = 500 + Math.floor(random() * 60_000)
    const after = Math.max(0, before + Math.floor((random() - 0.4) * 800))
    const common = {
      meta: { uri: `https://${server}/wiki/${encodeURIComponent(title)}`, domain: server },
      type,
      namespace: type === 'categorize' ? 14 : random() < 0.85 ? 0 : 1,
      title: type === 'categorize' ? `Category:${title}` : title,
      title_url: `https://${server}/wiki/${encodeURIComponent(title)}`,
      comment: pick(COMMENTS),
      timestamp: Math.floor(Date.now() / 1_000),
      ...(random() < 0.99 && { user: isBot ? 'TidyBot' : pick(EDITORS) }),
      bot: isBot,
      server_url: `https://${server}`,
      server_name: server,
      server_script_path: '/w',
      wiki: server === 'commons.wikimedia.org' ? 'commonswiki' : `${language}wiki`,
      parsedcomment: '',
    }
    if (type === 'log') {
      // Seen for real: no id, and parameters as an array, an object or a string.
      return {
        ...common,
        log_id: id++,
        log_type: 'patrol',
        log_action: 'patrol',
        log_params: pick([[], {}, '']),
      }
    }
    const changed = {
      ...common,
      id: id++,
      minor: random() < 0.2,
      patrolled: random() < 0.5,
      notify_url: `https://${server}/w/index.php?diff=${revision + 1}&oldid=${revision}`,
    }
    revision += 2
    if (type === 'categorize') return changed
    if (type === 'new') return { ...changed, length: { new: after }, revision: { new: revision } }
    return {
      ...changed,
      length: { old: before, new: after },
      revision: { old: revision - 1, new: revision },
    }
  }
}

export const canary = (): GivenEvent => ({
  meta: { domain: 'canary', uri: 'https://canary' },
  type: 'edit',
  title: 'canary',
})
