import { openSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Client, Events } from 'discord.js'

/** That a handler ran for the message with this number. */
export type Note = { number: number; atMs: number }

/** Adds a line for each numbered message that the bot is handed; written at once, since the process may be killed. */
export function noteMessages(client: Client, file: string): void {
  const notes = openSync(file, 'a')
  client.on(Events.MessageCreate, ({ author, content }) => {
    if (!author.bot && /^\d+$/.test(content)) writeSync(notes, `${content} ${Date.now()}\n`)
  })
}

export async function readNotes(file: string): Promise<Note[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  // The last line may be half written.
  const lines = text.split('\n').slice(0, -1)
  return lines.map(line => {
    const [number = 0, atMs = 0] = line.split(' ').map(Number)
    return { number, atMs }
  })
}
