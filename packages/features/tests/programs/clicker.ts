import { openDatabase } from '@shardlight/database'
import { openEventLog } from '@shardlight/event-log'
import { createLog, readConfig, runProcess } from '@shardlight/service'
import { z } from 'zod'
import { createVoteStore } from '../../src/votes/vote-store.ts'

const ballots = z.array(
  z.object({
    voteId: z.coerce.bigint(),
    userId: z.coerce.bigint(),
    choice: z.int(),
    requestId: z.coerce.bigint(),
  }),
)

/** Casts the ballots that its parent sends, all at once, and answers how many were stored. */
runProcess('clicker', async () => {
  const config = readConfig({ DATABASE_URL: z.url() }, process.env)
  const log = createLog({ name: 'clicker', level: 'warn' })
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase({ url: config.DATABASE_URL, applicationName: 'clicker' }))
  const eventLog = opened.use(await openEventLog({ database, log }))
  const votes = createVoteStore({ database, eventLog })
  process.on('message', async message => {
    const cast = await Promise.all(ballots.parse(message).map(ballot => votes.cast(ballot)))
    process.send?.({ stored: cast.filter(({ stored }) => stored).length })
  })
  process.send?.('ready')
  return opened.move()
})
