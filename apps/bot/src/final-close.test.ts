import { expect, it } from 'vitest'
import { explainClose } from './final-close.ts'

it.each([
  [4004, 'DISCORD_TOKEN'],
  [4014, 'DISCORD_MESSAGE_CONTENT=false'],
  [4999, 'see the list'],
])('names the shard and the code, and says what to do after %i', (code, advice) => {
  const line = explainClose(3, code)
  expect(line).toContain(`Discord closed shard 3 for good with code ${code}: `)
  expect(line).toContain(advice)
})
