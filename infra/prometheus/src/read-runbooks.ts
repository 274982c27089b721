import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { folder } from './read-rules.ts'

export const repository = join(folder, '..', '..')

const HOW_TO_TYPE = 'README.md'

/** What stands in `infra/runbooks`, by the name of the alert. */
export const readRunbooks = (): Map<string, string> =>
  new Map(
    globSync('infra/runbooks/*.md', { cwd: repository })
      .filter(file => basename(file) !== HOW_TO_TYPE)
      .toSorted()
      .map(file => [basename(file, '.md'), readFileSync(join(repository, file), 'utf8')]),
  )

/** How what stands in runbooks is typed where the system runs in containers. */
export const readHowToType = (): string =>
  readFileSync(join(repository, 'infra/runbooks', HOW_TO_TYPE), 'utf8')

export const readPromises = (): string => readFileSync(join(repository, 'infra/PROMISES.md'), 'utf8')

/** What is in single backquotes, or in a line of its own between three. */
export const codeIn = (markdown: string): string[] => [
  ...[...markdown.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' ')),
  ...[...markdown.matchAll(/^```\w*\n(.*?)^```/gms)].flatMap(([, block = '']) => block.trim().split('\n')),
]
