import type { Database } from '@shardlight/database'
import { type Command, type PersonalData, UserError } from '../feature.ts'

const DELETE = 'privacy:delete'
const LONGEST_MESSAGE = 2_000

/** What holds for all of these: whoever may use nothing else may use them, and it is nobody's business that they did. */
const forEverybody = { isOpenToRestrained: true, isConfidential: true } as const

const said = (words: string) => {
  const pattern = new RegExp(`^privacy\\s+${words}$`, 'i')
  return (given: string) => (pattern.test(given) ? {} : undefined)
}

/** Shows and erases what is known of a person, in all features. */
export function privacyCommands({
  database,
  sources,
}: {
  database: Database
  sources: { name: string; data: PersonalData }[]
}): Command[] {
  const exportData: Command = {
    ...forEverybody,
    name: 'privacy export',
    description: 'Get a file with all that this bot knows of you',
    text: { usage: 'privacy export', read: said('export') },
    async run({ userId }) {
      const found: Record<string, unknown> = {}
      for (const { name, data } of sources) {
        const known = await data.export(userId)
        if (known !== undefined) found[name] = known
      }
      if (Object.keys(found).length === 0) return { content: 'I know nothing of you.', isPrivate: true }
      const file = JSON.stringify({ userId: userId.toString(), ...found }, null, 2)
      return {
        content: `All that I know of you is in this file: ${Object.keys(found).join(', ')}. To erase it: \`/privacy delete\``,
        files: [{ name: 'my-data.json', data: Buffer.from(file), contentType: 'application/json' }],
        isPrivate: true,
      }
    },
  }

  const askToDelete: Command = {
    ...forEverybody,
    name: 'privacy delete',
    description: 'Erase what this bot knows of you',
    text: { usage: 'privacy delete', read: said('delete') },
    run: async () => ({
      content:
        'This erases what I know of you, in all servers: commands, activity, ballots and votes that you started. It cannot be undone. Results of votes that have ended stay as they are, without your name.',
      buttons: [{ label: 'Erase my data', customId: DELETE, style: 'danger' }],
      isPrivate: true,
    }),
  }

  const deleteData: Command = {
    ...forEverybody,
    name: 'privacy delete confirmed',
    description: 'Erase what this bot knows of you',
    customId: DELETE,
    async run({ userId, how }) {
      if (how !== 'component') throw new UserError('Use `/privacy delete`, and confirm it with the button.')
      const kept = await database.transaction(async tx => {
        const sentences = []
        for (const { data } of sources) sentences.push(...(await data.erase(userId, tx)))
        return sentences
      })
      return {
        content: [
          'Your data is erased.',
          ...(kept.length > 0 ? ['What had to stay:', ...kept.map(one => `- ${one}`)] : []),
        ]
          .join('\n')
          .slice(0, LONGEST_MESSAGE),
        isPrivate: true,
      }
    },
  }

  return [exportData, askToDelete, deleteData]
}
