import { runProcess } from '@shardlight/service'
import { z } from 'zod'
import { journals } from '../journal.ts'
import { writeEntries } from '../write-entries.ts'

const environment = z.object({
  DATABASE_URL: z.string(),
  JOURNAL: z.enum(['log', 'plain']),
  WRITERS: z.string().transform(list => list.split(',').map(Number)),
  COUNT: z.coerce.number(),
})

/** Some of the writers, as a process of their own; says when all have written. */
runProcess('writers', async () => {
  const { DATABASE_URL, JOURNAL, WRITERS, COUNT } = environment.parse(process.env)
  const journal = await journals[JOURNAL](DATABASE_URL)
  await Promise.all(WRITERS.map(writer => writeEntries({ journal, writer, count: COUNT })))
  process.send?.('done')
  return journal
})
