import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { changesGuilds, fold, type Packet, type RawGuild } from './guild-snapshot.ts'

const sessionSchema = z.object({
  sessionId: z.string(),
  sequence: z.int().min(0),
  shardId: z.int(),
  shardCount: z.int(),
  resumeURL: z.string(),
})

/** What a RESUME needs; the shape of @discordjs/ws's SessionInfo. */
export type Session = z.infer<typeof sessionSchema>

const packetSchema = z.object({ t: z.string(), d: z.unknown() })

const headSchema = z.object({
  session: sessionSchema,
  /** Of READY: who the bot is. */
  ready: z.object({
    user: z.looseObject({ id: z.string() }),
    application: z.looseObject({ id: z.string() }),
  }),
})

export type Ready = z.infer<typeof headSchema>['ready']
export type StoredShard = { session: Session; ready: Ready; guilds: RawGuild[] }

/** A file is written anew when what was added to it is larger than this and than what it began with. */
const COMPACT_BYTES = 1024 * 1024
const SEQUENCE_WIDTH = 16

/** What is kept of one shard, so that another process can go on where this one ended. */
export type ShardStore = {
  /** @returns undefined where there is nothing that could be resumed. */
  load(): StoredShard | undefined
  /** READY: a new session, of which the guilds are yet to come. */
  begin(session: Session, ready: Ready): void
  /** Keeps an event that changes a guild; before it is handled. */
  keep(packet: Packet): void
  /** All events up to here were handled. */
  handled(sequence: number): void
  /** The session is over. */
  forget(): void
  close(): void
}

/**
 * Two files for each shard: the session and its guilds, as a line each and then the events that changed them; and
 * the sequence up to which events were handled. Written at once, without buffers: what was written outlives a
 * process that is killed.
 */
export function openShardStore({
  directory,
  shardId,
  shardCount,
}: {
  directory: string
  shardId: number
  shardCount: number
}): ShardStore {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const name = join(directory, `${shardId}-of-${shardCount}`)
  const guildsFile = `${name}.guilds`
  const sequenceFile = `${name}.sequence`
  let sequenceFd: number | undefined
  let guildsFd: number | undefined
  let baseBytes = 0
  let addedBytes = 0

  const closeGuilds = () => {
    const fd = guildsFd
    // Before, since a descriptor that could not be closed must not be closed again: it may be somebody else's by then.
    guildsFd = undefined
    if (fd !== undefined) closeSync(fd)
  }
  const close = () => {
    const fd = sequenceFd
    sequenceFd = undefined
    if (fd !== undefined) closeSync(fd)
    closeGuilds()
  }

  const writeSequence = (sequence: number, sessionId: string) => {
    sequenceFd ??= openSync(sequenceFile, 'w', 0o600)
    ftruncateSync(sequenceFd)
    writeSync(sequenceFd, `${String(sequence).padStart(SEQUENCE_WIDTH, '0')} ${sessionId}`, 0)
  }

  /** One that was killed while it wrote leaves half a line. */
  function readGuilds(): { head: z.infer<typeof headSchema>; guilds: Map<string, RawGuild> } | undefined {
    const lines = readFileSync(guildsFile, 'utf8').split('\n')
    const head = headSchema.safeParse(parse(lines[0] ?? ''))
    if (!head.success) return undefined
    const guilds = new Map<string, RawGuild>()
    for (const line of lines.slice(1)) {
      const packet = packetSchema.safeParse(parse(line))
      if (packet.success) fold(guilds, { t: packet.data.t, d: packet.data.d })
    }
    return { head: head.data, guilds }
  }

  /** Writes what is kept as it stands now, without the history. */
  function compact(head: z.infer<typeof headSchema>, guilds: Iterable<RawGuild>): void {
    closeGuilds()
    writeFileSync(`${guildsFile}.new`, `${JSON.stringify(head)}\n`, { mode: 0o600 })
    for (const d of guilds) {
      const t = d['unavailable'] === true ? 'GUILD_DELETE' : 'GUILD_CREATE'
      appendFileSync(`${guildsFile}.new`, `${JSON.stringify({ t, d })}\n`)
    }
    renameSync(`${guildsFile}.new`, guildsFile)
    guildsFd = openSync(guildsFile, 'a', 0o600)
    baseBytes = statSync(guildsFile).size
    addedBytes = 0
  }

  function forget(): void {
    rmSync(sequenceFile, { force: true })
    rmSync(guildsFile, { force: true })
    close()
  }

  let sessionId: string | undefined

  return {
    load() {
      close()
      try {
        const [sequence, id] = readFileSync(sequenceFile, 'utf8').split(' ')
        const read = readGuilds()
        if (!read || read.head.session.sessionId !== id || read.head.session.shardCount !== shardCount)
          return undefined
        sessionId = id
        const session = { ...read.head.session, sequence: Number(sequence) }
        const guilds = [...read.guilds.values()]
        compact({ ...read.head, session }, guilds)
        sequenceFd = openSync(sequenceFile, 'r+', 0o600)
        return { session, ready: read.head.ready, guilds }
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    begin(session, ready) {
      sessionId = session.sessionId
      compact({ session, ready }, [])
      writeSequence(session.sequence, session.sessionId)
    },
    keep({ t, d }) {
      if (guildsFd === undefined || !changesGuilds(t)) return
      const bytes = writeSync(guildsFd, `${JSON.stringify({ t, d })}\n`)
      if (t === 'GUILD_CREATE') baseBytes += bytes
      else addedBytes += bytes
      if (addedBytes < Math.max(COMPACT_BYTES, baseBytes)) return
      const read = readGuilds()
      if (read) compact(read.head, read.guilds.values())
    },
    handled(sequence) {
      if (sessionId === undefined || sequenceFd === undefined) return
      writeSync(sequenceFd, String(sequence).padStart(SEQUENCE_WIDTH, '0'), 0)
    },
    forget() {
      sessionId = undefined
      forget()
    },
    close,
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
