import { type Log, reasonOf } from '@shardlight/service'
import { SnowflakeUtil } from 'discord.js'
import { type Discord, isGone, type Message } from '../discord.ts'
import type { ErrorStore } from '../errors/error-store.ts'
import { explainRestraint, nameOfServer } from '../restraint.ts'
import { describeChart } from './chart/describe-chart.ts'
import { drawChart } from './chart/draw-chart.ts'
import { closedMessage, noteOf, openMessage, resultMessage } from './messages.ts'
import { leaders } from './rules.ts'
import type { Vote, VoteStore } from './vote-store.ts'

/** How far the clocks of the database and Discord may be apart. */
const CLOCKS_DIFFER_MS = 10_000

/** The channel is gone or closed to the bot: the vote cannot be held or told of there. */
export class UnpostableError extends Error {}

export type Announcer = ReturnType<typeof createAnnouncer>

/** Posts votes and their results, each once: a nonce, and after a while a look at what is there, see to it. */
export function createAnnouncer({
  votes,
  discord,
  errors,
  log,
}: {
  votes: VoteStore
  discord: Discord
  errors: ErrorStore
  log: Log
}) {
  /** The message that an earlier attempt posted without our learning of it; the nonce is forgotten after minutes. */
  async function findPosted(vote: Vote, since: Date, beginning: string): Promise<bigint | undefined> {
    if (vote.attempts === 0) return undefined
    const after = SnowflakeUtil.generate({ timestamp: since.getTime() - CLOCKS_DIFFER_MS })
    const own = await discord.ownMessages(vote.channelId, after)
    return own.find(message => message.content.startsWith(beginning))?.id
  }

  async function imageOf(vote: Vote): Promise<Pick<Message, 'files'> & { image?: string }> {
    if (vote.outcome === 'retracted' || vote.outcome === 'vetoed' || vote.tally === null) return {}
    const best = vote.outcome === 'passed' ? leaders(vote.tally) : []
    const chart = {
      title: vote.kind === 'ask' ? vote.question : vote.kind === 'challenge' ? 'Challenge' : 'Restore',
      bars: vote.options.map((label, at) => ({
        label,
        count: vote.tally?.[at] ?? 0,
        isWinner: best.includes(at),
      })),
      note: noteOf(vote),
    }
    const name = `vote-${vote.id}.png`
    try {
      const data = await drawChart(chart)
      return {
        image: name,
        files: [{ name, data, contentType: 'image/png', description: describeChart(chart) }],
      }
    } catch (error) {
      log.error(
        { err: error, vote: vote.id },
        'the chart of a vote could not be drawn, the result goes without',
      )
      await errors.addGeneral({ what: 'drawing a chart', error }).catch(() => {})
      return {}
    }
  }

  /** Whom it is about hears it first-hand, and in private. */
  async function tellTarget({
    id,
    kind,
    guildId,
    outcome,
    targetId,
    restrainedUntil: until,
  }: Vote): Promise<void> {
    if (outcome !== 'passed' || targetId === null || kind === 'ask') return
    const server = nameOfServer(discord, guildId)
    const content =
      kind === 'challenge' && until !== null
        ? explainRestraint({ voteId: id, until, server })
        : `The members of ${server} have voted, in vote ${id}, that you can use me there again. Welcome back!`
    try {
      const channelId = await discord.directChannel(targetId)
      await discord.post({ content, channelId, nonce: `v${id}t`, background: { guildId } })
    } catch (error) {
      // Who takes no direct messages is told when they next use the bot.
      if (!isGone(error)) throw error
    }
  }

  return {
    /** @throws {UnpostableError} */
    async open(vote: Vote): Promise<void> {
      const beginning = `🗳️ **Vote ${vote.id}** by`
      try {
        const found = await findPosted(vote, vote.openedAt, beginning)
        const turnout = await votes.turnout(vote.id)
        const { channelId } = vote
        const posted =
          found ??
          (await discord.post({ ...openMessage(vote, turnout), channelId, nonce: `v${vote.id}o` }))?.id
        if (posted !== undefined) await votes.posted(vote.id, posted)
      } catch (error) {
        if (isGone(error)) throw new UnpostableError(reasonOf(error), { cause: error })
        throw error
      }
    },

    /** Takes the buttons away, and posts what came of it. */
    async result(vote: Vote): Promise<void> {
      const { id, guildId, channelId, messageId } = vote
      const background = { guildId }
      try {
        const { image, files } = await imageOf(vote)
        const voters = vote.isSecret ? [] : await votes.voters(id)
        const message = resultMessage(vote, { voters, ...(image && { image }) })
        const found = await findPosted(vote, vote.closedAt ?? vote.closesAt, `🗳️ **Result of vote ${id}**`)
        if (found === undefined) {
          await discord.post({
            ...message,
            ...(files && { files }),
            channelId,
            nonce: `v${id}r`,
            background,
            ...(messageId !== null && { replyTo: messageId }),
          })
        }
        await tellTarget(vote)
        await votes.announced(id)
      } catch (error) {
        if (!isGone(error)) throw error
        log.warn({ vote: id, reason: reasonOf(error) }, 'a result cannot be told where the vote was held')
        await errors.addGeneral({
          what: `telling the result of vote ${id}`,
          error,
          chat: { guildId, channelId },
        })
        await votes.announced(id)
        return
      }
      if (messageId === null) return
      await discord.edit({ ...closedMessage(vote), channelId, messageId, background }).catch(error => {
        // Somebody deleted it, or it is too old to be edited: the result is told all the same.
        log.info(
          { vote: id, reason: reasonOf(error) },
          'the message of a vote that ended could not be changed',
        )
      })
    },

    /** Shows how many have voted by now. */
    async turnout({ guildId, id }: Vote): Promise<void> {
      const vote = await votes.get(guildId, id)
      if (!vote || vote.outcome !== null || vote.messageId === null) return
      const { channelId, messageId } = vote
      const background = { guildId }
      await discord.edit({ ...openMessage(vote, await votes.turnout(id)), channelId, messageId, background })
      // It may have ended on the way, here or in another process, and then must not look open.
      const after = await votes.get(guildId, id)
      if (after && after.outcome !== null)
        await discord.edit({ ...closedMessage(after), channelId, messageId, background })
    },
  }
}
