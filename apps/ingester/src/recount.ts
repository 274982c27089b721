import { parseArgs } from 'node:util'
import { openDatabase } from '@shardlight/database'
import { createChangeStore, migrateRecentChanges } from '@shardlight/recent-changes'
import { readConfig, readEnvFile, runCommand, webAddress } from '@shardlight/service'

const USAGE = 'npm run recount -- yyyy-mm-dd …   (UTC days, whose events are still there)'
const DAY = /^\d{4}-\d{2}-\d{2}$/

const isDay = (text: string) =>
  DAY.test(text) && text > '2001' && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text

/** Counts the stored events of days anew, mends the counts, and tells where they were wrong. */
void runCommand('recount', async () => {
  const { positionals: days } = parseArgs({ allowPositionals: true })
  const wrong = days.find(day => !isDay(day))
  if (wrong !== undefined) throw new Error(`“${wrong}” is no day. ${USAGE}`)
  if (days.length === 0) throw new Error(`which days? ${USAGE}`)
  const { DATABASE_URL: url } = readConfig(
    {
      DATABASE_URL: webAddress('postgres', 'postgresql'),
    },
    { ...readEnvFile('.', process.env), ...process.env },
  )
  await using database = await openDatabase({ url, applicationName: 'shardlight recount', maxConnections: 1 })
  await migrateRecentChanges(database)
  const store = createChangeStore(database)
  for (const day of days) {
    const differences = await store.recount(day)
    if (differences.length === 0) {
      console.log(`${day}: the counts were right.`)
      continue
    }
    console.log(`${day}: ${differences.length} of the counts were wrong, and are mended:`)
    console.table(
      differences.map(({ wiki, type, isBot, counted, stored }) => ({
        wiki,
        type,
        by: isBot ? 'bots' : 'people',
        'was counted': counted,
        'is stored': stored,
        difference: stored - counted,
      })),
    )
  }
})
