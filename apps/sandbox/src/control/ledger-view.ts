import type { LedgerView } from '../control-api.ts'
import type { Core } from '../core.ts'

export function ledgerView({ ledger, sessions, commands }: Core): LedgerView {
  const namesOf = (guildId?: string) => commands.of(guildId).map(({ name }) => name)
  const { waiting, superseded } = sessions.unreceived()
  return {
    identifies: ledger.identifies,
    resumes: ledger.events.resumes,
    sessions: sessions
      .connected()
      .map(({ shardId, shardCount, id, sinceMs }) => ({ shardId, shardCount, sessionId: id, sinceMs }))
      .toSorted((a, b) => a.shardId - b.shardId || a.sinceMs - b.sinceMs),
    doubleSessionMs: sessions.doubleSessionMs(),
    dispatched: ledger.events.dispatched,
    doubled: ledger.events.doubled,
    missed: ledger.events.missed + superseded,
    waiting,
    rest: { ...ledger.rest, byStatus: ledger.byStatus },
    commands: {
      writes: ledger.events.commandWrites,
      global: namesOf(),
      byGuild: Object.fromEntries(commands.guildIds().map(guildId => [guildId, namesOf(guildId)])),
    },
  }
}
