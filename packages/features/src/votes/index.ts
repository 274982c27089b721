import { join } from 'node:path'
import type { Feature } from '../feature.ts'
import { createAnnouncer } from './announcer.ts'
import { askCommand } from './commands/ask-command.ts'
import { ballotCommand } from './commands/ballot-command.ts'
import { manageCommands } from './commands/manage-commands.ts'
import { memberCommands } from './commands/member-commands.ts'
import { settingsCommand } from './commands/settings-command.ts'
import { startKeeper } from './keeper.ts'
import { createOpenVote } from './open-vote.ts'
import { createVotesErasure, votesPersonalData } from './personal-data.ts'
import { startTurnoutUpdates } from './turnout-updates.ts'
import { createVoteMetrics } from './vote-metrics.ts'
import { createVoteStore } from './vote-store.ts'

/** Members decide together: about anything, and about who may use the bot. */
export const votes: Feature = {
  name: 'vote',
  description: 'Decide together',
  migrations: join(import.meta.dirname, 'migrations'),
  async start({ database, eventLog, discord, errors, shards, clock, log, metrics: registry }) {
    await using opened = new AsyncDisposableStack()
    const store = createVoteStore({ database, eventLog })
    const metrics = createVoteMetrics(registry)
    const announcer = createAnnouncer({ votes: store, discord, errors, log })
    const erasure = createVotesErasure({ database, eventLog })
    const countRestraints = shards.ids.includes(0) ? eventLog.countRestraints : undefined
    const keeper = opened.use(
      startKeeper({ votes: store, announcer, erasure, countRestraints, errors, clock, log, metrics }),
    )
    const turnout = opened.use(startTurnoutUpdates({ announcer, clock, log }))
    const context = {
      database,
      votes: store,
      openVote: createOpenVote({ database, eventLog, votes: store }),
      announcer,
      discord,
      restraintOf: eventLog.restraintOf,
      voted: turnout.changed,
      ended: keeper.ended,
      metrics,
      log,
    }
    const stack = opened.move()
    return {
      commands: [
        askCommand(context),
        ...memberCommands(context),
        ...manageCommands(context),
        settingsCommand(context),
        ballotCommand(context),
      ],
      personalData: votesPersonalData({ database, erasure }),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  },
}
