import { readGuildId, shardOfGuild } from '@shardlight/shard-registry'
import type { PlainParts, renderPlain } from '../../page/src/plain/render-plain.tsx'
import { type Language, languages } from '../../page/src/words/languages.ts'
import type { BrandConfig } from '../brand/read-brand.ts'
import type { Directory } from '../directory.ts'
import type { IncidentWatch } from '../incidents/incident-watch.ts'
import { shardAnswerOf, snapshotOf } from '../v2/answers.ts'
import { readTemplate } from './template.ts'
import type { Uptimes } from './uptimes.ts'

/** However many ask, the page is made anew once in this time for each language. */
const GOOD_FOR_MS = 1_000

export type PlainPages = (asked: {
  language: Language
  /** Whether the visitor asked for that language by hand: then links keep it. */
  isChosen: boolean
  /** The guild that is looked up, as it was written. */
  guild: string | undefined
  hasScript: boolean
}) => string

/** The page with its content written in, made of what the registry knows now. */
export function createPlainPages({
  directory,
  incidents,
  uptimes,
  brand: { accent, ...brand },
  html,
  render,
  nowMs = () => performance.now(),
}: {
  directory: Directory
  incidents: Pick<IncidentWatch, 'known'>
  uptimes: Uptimes
  brand: BrandConfig
  html: string
  render: typeof renderPlain
  nowMs?: () => number
}): PlainPages {
  const live = readTemplate(html, { hasScript: true })
  const plain = readTemplate(html, { hasScript: false })
  const styles = accent === undefined ? [] : ['/brand.css']
  const brandText = JSON.stringify(brand)
  let snapshot: Parameters<typeof renderPlain>[0]['snapshot'] | undefined
  let takenMs = 0
  const made = new Map<string, PlainParts>()

  function told() {
    const { known } = incidents
    const isShown = ({ cluster }: { cluster: string }) => directory.has(cluster)
    return known && { open: known.unresolved.filter(isShown), past: known.recent.filter(isShown) }
  }

  function partsOf(language: Language, isChosen: boolean): PlainParts {
    if (snapshot === undefined || nowMs() - takenMs >= GOOD_FOR_MS) {
      takenMs = nowMs()
      const clusters = directory.clusters().map(snapshotOf)
      snapshot = { op: 'snapshot', epoch: '', seq: 0, ...directory.stamp(), clusters }
      made.clear()
    }
    const search = isChosen ? `?lang=${language}` : ''
    const key = `${language}${search}`
    const parts = made.get(key) ?? render({ snapshot, incidents: told(), uptimes, language, brand, search })
    made.set(key, parts)
    return parts
  }

  function shardsOf(guild: string | undefined) {
    const read = guild === undefined ? undefined : readGuildId(guild)
    if (!read || 'problem' in read) return []
    return directory
      .clusters()
      .filter(({ totalShards }) => totalShards > 0)
      .map(table => shardAnswerOf(table, shardOfGuild(read.guildId, table.totalShards), directory.stamp()))
  }

  return ({ language, isChosen, guild, hasScript }) => {
    const { title, description, before, after, lookup } = partsOf(language, isChosen)
    return (hasScript ? live : plain)({
      lang: language,
      dir: languages[language].dir,
      description,
      title,
      styles,
      brand: brandText,
      app: before + lookup({ guild, found: shardsOf(guild) }) + after,
    })
  }
}
