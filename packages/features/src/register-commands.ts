import { createHash } from 'node:crypto'
import type { Database } from '@shardlight/database'
import type { Log } from '@shardlight/service'
import { type REST, Routes } from 'discord.js'
import { z } from 'zod'
import { slashCommands } from './dispatcher/slash-commands.ts'
import type { Command } from './feature.ts'

const registered = z.array(z.object({ name: z.string() }))

/**
 * Tells Discord the slash commands, when they changed: there are 200 creations a day. Discord is also asked what
 * it has, since somebody may have removed them. To be called by one process of the bot.
 */
export async function registerCommands({
  rest,
  applicationId,
  commands,
  descriptions,
  database,
  log,
}: {
  rest: REST
  applicationId: string
  commands: Command[]
  /** What the group of commands is for, by its name. */
  descriptions: Record<string, string>
  database: Database
  log: Log
}): Promise<void> {
  const body = slashCommands(commands, descriptions)
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex')
  const route = Routes.applicationCommands(applicationId)
  const [known] = await database.query<{ hash: string }>(
    'SELECT hash FROM registered_commands WHERE application_id = $1',
    [applicationId],
  )
  if (known?.hash === hash) {
    const there = registered.parse(await rest.get(route)).map(command => command.name)
    if (body.every(command => there.includes(command.name)) && there.length === body.length) return
  }
  await rest.put(route, { body })
  await database.query(
    `INSERT INTO registered_commands (application_id, hash) VALUES ($1, $2)
     ON CONFLICT (application_id) DO UPDATE SET hash = $2, registered_at = now()`,
    [applicationId, hash],
  )
  log.info({ commands: body.map(command => command.name) }, 'slash commands registered')
}
