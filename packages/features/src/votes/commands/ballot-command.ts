import { type Command, UserError } from '../../feature.ts'
import { requirementsFor, whyNotEligible } from '../electorate.ts'
import { BALLOT, letterOf, shown, verdict } from '../messages.ts'
import { readSettings } from '../settings.ts'
import { inGuild, type VoteContext } from './context.ts'

const OUTDATED = 'This vote is not there any more.'

/** A press on one of a vote's buttons. */
export function ballotCommand({ database, votes, ended, voted, metrics }: VoteContext): Command {
  return {
    name: 'vote ballot',
    description: 'Vote',
    customId: BALLOT,
    isConfidential: true,
    isOpenWhenOff: true,
    async run(call) {
      const { guildId, member } = inGuild(call)
      const { userId, requestId } = call
      const pressed = /^(?<id>\d{1,18}):(?<choice>\d)$/.exec(String(call.input['rest'] ?? ''))?.groups
      if (!pressed) throw new UserError(OUTDATED)
      const voteId = BigInt(pressed['id'] ?? '')
      const choice = Number(pressed['choice'])
      const vote = await votes.get(guildId, voteId)
      if (!vote) throw new UserError(OUTDATED)
      if (vote.outcome !== null) throw new UserError(`Vote ${vote.id} has ended. ${verdict(vote)}`)
      const cast = await votes.cast({ voteId, userId, choice, requestId })
      if (!cast.stored) {
        if (vote.targetId === userId) throw new UserError('This vote is about you, so the others decide it.')
        if (vote.closesAt.getTime() <= (await votes.nowMs())) throw new UserError(`Vote ${vote.id} is over.`)
        const required = requirementsFor(vote.kind, await readSettings(database, guildId))
        const why = await whyNotEligible(database, { guildId, userId, joinedAt: member.joinedAt, required })
        throw new UserError(
          `This vote is held among those who were active here when it opened, so I cannot count yours. ` +
            (why === undefined
              ? 'You can vote in those that open from now on.'
              : `To vote in later ones ${why}.`),
        )
      }
      metrics.ballots.inc()
      if (cast.closed) void ended(cast.closed)
      else voted(vote)
      const option = shown(vote.options[choice] ?? '')
      const what = vote.kind === 'ask' ? `**${letterOf(choice)}** ${option}` : `**${option}**`
      return {
        content: cast.closed
          ? `Your ballot is in: ${what}. With it the vote has ended.`
          : `Your ballot is in: ${what}. You can change it until the vote ends.`,
      }
    },
  }
}
