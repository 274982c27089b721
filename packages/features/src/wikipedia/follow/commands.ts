import { type Call, type Command, type CommandInput, UserError } from '../../feature.ts'
import { LANGUAGE, readLanguage } from '../commands.ts'
import type { LanguageStore } from '../language-store.ts'
import { nameOf } from '../languages.ts'
import { describeFollow, listMessage, UNFOLLOW } from './follow-message.ts'
import { type Follow, type FollowStore, MOST_FOLLOWS } from './follow-store.ts'
import { type Followed, kindOf, readTitle, splitLanguage } from './read-title.ts'

const STRING = 3
const BOOLEAN = 5
/** A title, or a link with its title in per cent. */
const LONGEST_INPUT = 1_000

const EXAMPLE = 'Write, for example: wikipedia follow Physics, or: wikipedia follow Category:Physics'

const wordsAfter = (command: string) => {
  const pattern = new RegExp(`^wikipedia\\s+${command}(?:\\s+(?<words>[\\s\\S]*))?$`, 'i')
  return (words: string): CommandInput | undefined => {
    const found = pattern.exec(words)
    return found ? { words: found.groups?.['words'] ?? '' } : undefined
  }
}

/** @throws {UserError} for a member of a server who manages neither it nor its channels */
function requireManager({ chat, member }: Call): void {
  if (chat.guildId === null || member?.isManager) return
  throw new UserError(
    'Only members who may manage this server or its channels can choose what is followed here. Ask one of them, or follow it in a direct message with me.',
  )
}

const text = (value: CommandInput[string] | undefined) => (typeof value === 'string' ? value.trim() : '')

export function followCommands({
  follows,
  languages,
}: {
  follows: FollowStore
  languages: LanguageStore
}): Command[] {
  /** @throws {UserError} unless it names one page or one category */
  async function readFollowed({ chat, userId, input }: Call): Promise<Followed> {
    const [page, category, words] = [text(input['page']), text(input['category']), text(input['words'])]
    if (page !== '' && category !== '') throw new UserError('Either a page or a category, please, not both.')
    const named = splitLanguage(page || category || words)
    if (named.title === '') throw new UserError(`Which page or category? ${EXAMPLE}`)
    const kind = category !== '' ? 'category' : page !== '' ? 'page' : kindOf(named.title)
    const given = text(input['language'])
    const language =
      given === '' ? (named.language ?? (await languages.get(chat, userId))) : readLanguage(given)
    if (named.language !== undefined && named.language !== language) {
      throw new UserError(
        `That is a title of ${nameOf(named.language)} Wikipedia, not of ${nameOf(language)}. Leave out one of the two languages.`,
      )
    }
    return readTitle(named.title, { kind, language })
  }

  /** By its number, or its title. */
  async function findFollow(channelId: bigint, words: string): Promise<Follow | undefined> {
    const all = await follows.list(channelId)
    const number = /^#?(?<number>\d{1,6})$/.exec(words)?.groups?.['number']
    const byNumber = all.find(follow => follow.number === Number(number))
    if (byNumber) return byNumber
    const { language, title } = splitLanguage(words)
    const found = all.filter(
      follow =>
        (language ?? follow.language) === follow.language && readTitle(title, follow).title === follow.title,
    )
    if (found.length > 1) {
      throw new UserError(
        `Which one? That is the title of ${found.map(follow => follow.number).join(' and ')}. Give the number.`,
      )
    }
    return found[0]
  }

  const follow: Command = {
    name: 'wikipedia follow',
    description: 'Tell here what changes in a page, or which pages come into a category',
    options: [
      { type: STRING, name: 'page', description: 'Its title, or a link to it', max_length: LONGEST_INPUT },
      { type: STRING, name: 'category', description: 'Its name, such as Physics', max_length: LONGEST_INPUT },
      LANGUAGE,
      { type: BOOLEAN, name: 'bots', description: 'Only what bots change, or only what people do' },
    ],
    text: { usage: 'wikipedia follow Physics', read: wordsAfter('follow') },
    async run(call) {
      requireManager(call)
      const followed = await readFollowed(call)
      const { bots } = call.input
      const isBot = typeof bots === 'boolean' ? bots : null
      const added = await follows.follow(call.chat, { followed, isBot, by: call.userId })
      if (!added) {
        throw new UserError(
          `${MOST_FOLLOWS} are followed here, which is as many as I can. Stop one of them first: wikipedia unfollow`,
        )
      }
      return {
        content: `I follow the ${describeFollow(added)}, and tell here what changes. To stop: \`wikipedia unfollow ${added.number}\``,
      }
    },
  }

  const unfollow: Command = {
    name: 'wikipedia unfollow',
    isOpenWhenOff: true,
    description: 'Stop telling here what changes in a page or category',
    options: [
      {
        type: STRING,
        name: 'what',
        description: 'Its number or its title; otherwise you can choose',
        max_length: LONGEST_INPUT,
      },
    ],
    text: { usage: 'wikipedia unfollow 1', read: wordsAfter('unfollow') },
    customId: UNFOLLOW,
    async run(call) {
      requireManager(call)
      const { chat, input } = call
      const all = await follows.list(chat.channelId)
      const pressed = text(input['rest'])
      const words = text(input['what']) || text(input['words'])
      if (all.length === 0) throw new UserError(`Nothing is followed here. ${EXAMPLE}`)
      if (pressed === '' && words === '') return listMessage(all, 'Which one shall I stop following?')
      const found = pressed
        ? all.find(one => String(one.id) === pressed)
        : await findFollow(chat.channelId, words)
      if (!found || !(await follows.unfollow(chat, found.id)))
        throw new UserError('That is not followed here. See what is: wikipedia follows')
      return { content: `I no longer follow the ${describeFollow(found)} here.` }
    },
  }

  const list: Command = {
    name: 'wikipedia follows',
    isOpenWhenOff: true,
    description: 'Show what is followed here',
    text: { usage: 'wikipedia follows', read: wordsAfter('follows') },
    async run({ chat }) {
      const all = await follows.list(chat.channelId)
      if (all.length === 0) return { content: `Nothing is followed here. ${EXAMPLE}` }
      return listMessage(all, `Followed here, ${all.length} of ${MOST_FOLLOWS}:`)
    },
  }

  return [follow, unfollow, list]
}
