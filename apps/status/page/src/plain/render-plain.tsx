import type { FeedFrame, ShardAnswer, UptimeAnswer } from '@shardlight/status-client'
import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Brand } from '../brand.ts'
import { createFleet, type Fleet } from '../fleet/fleet.ts'
import { maintained } from '../incidents/maintained.ts'
import type { ToldIncidents } from '../incidents/told-incidents.ts'
import { useTitle } from '../page-title.ts'
import { pageWords } from '../page-words.ts'
import type { Language } from '../words/languages.ts'
import { createTongue } from '../words/tongue.ts'
import { TongueContext } from '../words/use-words.ts'
import { wordsIn } from '../words/words.ts'
import { PlainLookup } from './plain-lookup.tsx'
import { PlainPage, staleMsOfStamp } from './plain-page.tsx'

type Facts = {
  snapshot: FeedFrame & { op: 'snapshot' }
  /** Undefined where they cannot be read. */
  incidents: ToldIncidents | undefined
  /** Undefined for a cluster of which none is kept. */
  uptimes: (cluster: string) => UptimeAnswer | undefined
  language: Language
  brand: Brand
  search: string
}

/** The page around the lookup, which alone is another for each visitor. */
export type PlainParts = {
  title: string
  description: string
  before: string
  after: string
  lookup(asked: { guild: string | undefined; found: readonly ShardAnswer[] }): string
}

/** No page can have this in it by chance, or by what somebody wrote. */
const PLACE = crypto.randomUUID()

function Title({
  fleet,
  brand,
  planned,
  staleMs,
}: {
  fleet: Fleet
  brand: Brand
  planned: ReadonlySet<string>
  staleMs: number | undefined
}) {
  return <title>{useTitle(fleet, brand, planned, staleMs)}</title>
}

/** Everything that the server writes into the page; times are in UTC, for nothing tells where the visitor is. */
export function renderPlain({ snapshot, incidents, uptimes, language, brand, search }: Facts): PlainParts {
  const tongue = createTongue(language, language, 'UTC')
  const fleet = createFleet(() => {})
  fleet.apply(snapshot)
  const render = (children: ComponentChildren) =>
    renderToString(<TongueContext.Provider value={tongue}>{children}</TongueContext.Provider>)
  const [before = '', after = ''] = render(
    <PlainPage
      fleet={fleet}
      incidents={incidents}
      uptimes={uptimes}
      brand={brand}
      stamp={snapshot}
      search={search}
    >
      {PLACE}
    </PlainPage>,
  ).split(PLACE)
  const staleMs = staleMsOfStamp(snapshot)
  const lang = new URLSearchParams(search).get('lang') ?? undefined
  return {
    title: render(
      <Title fleet={fleet} brand={brand} planned={maintained(incidents?.open)} staleMs={staleMs} />,
    ),
    description: wordsIn(tongue, pageWords).description,
    before,
    after,
    lookup: ({ guild, found }) =>
      render(
        <PlainLookup
          fleet={fleet}
          asked={guild}
          lang={lang}
          found={found}
          nowMs={snapshot.atMs}
          staleMs={staleMs}
        />,
      ),
  }
}
