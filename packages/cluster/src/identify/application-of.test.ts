import { expect, it } from 'vitest'
import { applicationOf } from './application-of.ts'

it('reads the id of the bot from its token', () => {
  const first = Buffer.from('1161574221348863930').toString('base64')
  expect(applicationOf(`${first}.Gabcde.0123456789`)).toBe('1161574221348863930')
})

it('does not give away a token of another form', () => {
  expect(applicationOf('local-secret')).toMatch(/^token-[0-9a-f]{16}$/)
  expect(applicationOf('local-secret')).not.toBe(applicationOf('another-secret'))
})
