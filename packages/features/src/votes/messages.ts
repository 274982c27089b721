import { type APIEmbed, escapeMarkdown, time, userMention } from 'discord.js'
import type { Button, Message } from '../discord.ts'
import { leaders } from './rules.ts'
import type { Vote } from './vote-store.ts'

export const BALLOT = 'vote:ballot'

const CALM = 0x5865f2
const PASSED = 0x2e8b57
const NOT_PASSED = 0x80848e

const REGIONAL_INDICATOR_A = 0x1f1e6
const LONGEST_DESCRIPTION = 4_000
/** Voters over all options; as mentions of 23 characters they leave room for what they voted for. */
const MOST_NAMED = 100

export const letterOf = (option: number) => String.fromCharCode(65 + option)
const emojiOf = (option: number) => String.fromCodePoint(REGIONAL_INDICATOR_A + option)

/** What somebody wrote, as it was written: it formats, mentions and links nothing. */
export const shown = (text: string) =>
  escapeMarkdown(text, { heading: true, bulletedList: true, numberedList: true, maskedLink: true })
    .replaceAll('<', '\\<')
    // A link would bring a preview of its own along.
    .replaceAll('://', ':\u200b//')

const person = (id: bigint | null) => (id === null ? 'somebody' : userMention(String(id)))

const members = (count: number) => `${count} ${count === 1 ? 'member' : 'members'}`

export function headline(vote: Vote): string {
  if (vote.kind === 'ask') return shown(vote.question)
  if (vote.kind === 'challenge') return `Shall ${person(vote.targetId)} take a break from me?`
  return `Shall ${person(vote.targetId)} be able to use me again?`
}

const about = (vote: Vote): string[] => {
  if (vote.kind === 'ask') return vote.options.map((option, at) => `**${letterOf(at)}** ${shown(option)}`)
  const reason = vote.question === '' ? [] : [`**Reason:** ${shown(vote.question)}`]
  if (vote.kind === 'restore') return reason
  return [...reason, `If it passes, they cannot use me in this server for ${vote.restraintDays} days.`]
}

/** The rules of this vote, as they were frozen. */
const termsOf = (vote: Vote): string[] => [
  `${members(vote.electors)} may vote: those who were active when it opened${vote.targetId === null ? '' : ', without the one it is about'}.`,
  vote.kind === 'ask'
    ? `It counts when ${vote.quorum} of them vote.`
    : `It passes when ${vote.quorum} of them vote, at least ${vote.threshold} say yes, and more say yes than no.`,
  vote.isSecret ? 'Secret: nobody sees who voted for what.' : 'Open: the result says who voted for what.',
  ...(vote.closesEarly ? ['It ends early once those who are left can no longer change the outcome.'] : []),
]

const buttonsOf = (vote: Vote): Button[] =>
  vote.options.map((option, at) => ({
    label: option,
    customId: `${BALLOT}:${vote.id}:${at}`,
    ...(vote.kind === 'ask' && { emoji: emojiOf(at) }),
  }))

/** While the vote is open. What it stands at is not shown, so that nobody votes by it. */
export const openMessage = (vote: Vote, turnout: number): Message => ({
  content: `🗳️ **Vote ${vote.id}** by ${person(vote.initiatorId)}: ${headline(vote)}`,
  embeds: [
    {
      color: CALM,
      description: [...about(vote), '', ...termsOf(vote).map(line => `-# ${line}`)].join('\n'),
      fields: [
        { name: 'Ends', value: `${time(vote.closesAt, 'R')}, ${time(vote.closesAt, 'f')}`, inline: true },
        { name: 'Voted', value: `${turnout} of ${vote.electors}`, inline: true },
      ],
      footer: { text: 'One ballot each; it can be changed until the end.' },
    },
  ],
  buttons: buttonsOf(vote),
})

const sum = (tally: number[]) => tally.reduce((all, one) => all + one, 0)

/** What came of it, in one sentence. */
export function verdict(vote: Vote): string {
  const tally = vote.tally ?? []
  const voted = sum(tally)
  const nobody = vote.kind === 'ask' ? '' : ' So nothing changes for anybody.'
  const [first = 0] = leaders(tally)
  switch (vote.outcome) {
    case 'passed':
      if (vote.kind === 'ask')
        return `**${shown(vote.options[first] ?? '')}** has won, with ${tally[first]} of ${voted}.`
      if (vote.kind === 'restore')
        return `Passed, ${tally[0]} to ${tally[1]}: ${person(vote.targetId)} can use me again.`
      return `Passed, ${tally[0]} to ${tally[1]}: ${person(vote.targetId)} takes a break from me until ${vote.restrainedUntil ? time(vote.restrainedUntil, 'f') : ''}.`
    case 'tie':
      return `A tie.${nobody}`
    case 'no-quorum':
      return `Too few voted: ${voted}, where it took ${vote.quorum}.${nobody}`
    case 'retracted':
      return `Retracted${vote.endedBy === null ? '' : ` by ${person(vote.endedBy)}`}${vote.endReason ? `: ${shown(vote.endReason)}` : '.'}`
    case 'vetoed':
      return `Vetoed by the moderator ${person(vote.endedBy)}: ${shown(vote.endReason ?? '')}${/[.!?]$/.test(vote.endReason ?? '') ? '' : '.'}${nobody}`
    case 'failed':
      return `Not passed, ${tally[0]} to ${tally[1]}${(tally[0] ?? 0) > (tally[1] ?? 0) ? `: it took ${vote.threshold} to say yes` : ''}.${nobody}`
    case null:
      return 'Still open.'
  }
}

const colourOf = (vote: Vote) => (vote.outcome === 'passed' ? PASSED : NOT_PASSED)

/** The message with the ballots, once it is over. */
export const closedMessage = (vote: Vote): Message => ({
  content: `🗳️ **Vote ${vote.id}** has ended: ${headline(vote)}`,
  embeds: [{ color: colourOf(vote), description: [...about(vote), '', verdict(vote)].join('\n') }],
  buttons: [],
})

export const noteOf = (vote: Vote) =>
  `${sum(vote.tally ?? [])} of ${vote.electors} voted · quorum ${vote.quorum}${vote.kind === 'ask' ? '' : ` · ${vote.threshold} yes needed`}`

const countsOf = (vote: Vote, voters: { userId: bigint; choice: number }[]): string[] => {
  const tally = vote.tally ?? []
  const voted = Math.max(1, sum(tally))
  const best = vote.outcome === 'passed' ? leaders(tally) : []
  return vote.options.flatMap((option, at) => {
    const count = tally[at] ?? 0
    const key = vote.kind === 'ask' ? `**${letterOf(at)}** ` : ''
    const who = voters.filter(voter => voter.choice === at).map(voter => person(voter.userId))
    const named = who.slice(0, MOST_NAMED / vote.options.length)
    const more = who.length > named.length ? [`and ${who.length - named.length} more`] : []
    return [
      `${key}${shown(option)}: **${count}** (${Math.round((count / voted) * 100)}%)${best.includes(at) ? ' ✓' : ''}`,
      ...(who.length > 0 ? [`-# ${[...named, ...more].join(' ')}`] : []),
    ]
  })
}

/** As many lines as Discord takes. */
function cut(lines: string[]): string {
  const kept: string[] = []
  let length = 0
  for (const line of lines) {
    length += line.length + 1
    if (length > LONGEST_DESCRIPTION) break
    kept.push(line)
  }
  return kept.join('\n')
}

/** A new message, with what came of it. */
export function resultMessage(
  vote: Vote,
  { voters = [], image }: { voters?: { userId: bigint; choice: number }[]; image?: string },
): Message & { embeds: APIEmbed[] } {
  const isCounted = vote.outcome !== 'retracted' && vote.outcome !== 'vetoed'
  return {
    content: `🗳️ **Result of vote ${vote.id}**: ${headline(vote)}`,
    embeds: [
      {
        color: colourOf(vote),
        description: cut([
          verdict(vote),
          '',
          ...(vote.kind !== 'ask' && vote.question !== '' ? [`**Reason:** ${shown(vote.question)}`] : []),
          ...(isCounted ? countsOf(vote, voters) : []),
        ]),
        footer: { text: `Record ${vote.id} · ${noteOf(vote)}` },
        ...(image && isCounted && { image: { url: `attachment://${image}` } }),
      },
    ],
  }
}
