import { EVERY_CLUSTER } from './read-tokens.ts'
import { createToken } from './token-digest.ts'

/** What whoever asked for a new token is told, this once. */
export function describeNewToken(cluster: string): string {
  const { token, entry } = createToken(cluster)
  const forPushing = [
    '  for those who push (STATUS_TOKEN of the bot):  STATUS_TOKENS, or a line of STATUS_TOKENS_FILE',
  ]
  return [
    'The token, which nobody can tell you again:',
    `  ${token}`,
    '',
    'What the status page is told, beside the old entry until everybody has the new token:',
    `  ${entry}`,
    ...(cluster === EVERY_CLUSTER ? [] : forPushing),
    '  for operators (STATUS_OPERATOR_TOKEN):  STATUS_OPERATOR_TOKENS, or a line of STATUS_OPERATOR_TOKENS_FILE',
  ].join('\n')
}
