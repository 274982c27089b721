import { expect, it } from 'vitest'
import { isLatest } from './is-latest.ts'

it.each([
  ['1.2.3', ['v1.2.3'], true, 'the first'],
  ['1.2.3', ['v1.2.2', 'v1.2.3', 'v0.9.9'], true, 'the highest'],
  ['1.10.0', ['v1.9.0', 'v1.10.0'], true, 'higher by number, not by letter'],
  ['1.1.9', ['v1.1.9', 'v1.2.0'], false, 'the repair of an old line'],
  ['1.9.9', ['v1.9.9', 'v2.0.0'], false, 'below another first number'],
  ['1.2.3-rc.1', ['v1.2.2', 'v1.2.3-rc.1'], false, 'before a version'],
  ['1.2.4', ['v1.2.4', 'v2.0.0-rc.1', 'vacation', 'v2'], true, 'above all that are versions'],
])('of %s beside %j says %s: %s', (version, tags, answer) => {
  expect(isLatest(version, tags)).toBe(answer)
})
