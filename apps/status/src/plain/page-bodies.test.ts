import { brotliDecompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { createPageBodies } from './page-bodies.ts'

it('compresses a page once while it is the same, and each kind for itself', async () => {
  const bodyOf = createPageBodies()
  const first = await bodyOf('<p>one', 'en')('br')
  expect(await bodyOf('<p>one', 'en')('br')).toBe(first)
  expect(await bodyOf('<p>eins', 'de')('br')).not.toBe(first)
  expect(await bodyOf('<p>one', 'en')('br')).toBe(first)
  const second = await bodyOf('<p>two', 'en')('br')
  expect(String(brotliDecompressSync(second))).toBe('<p>two')
  expect(String(await bodyOf('<p>two', 'en')('identity'))).toBe('<p>two')
})

it('keeps nothing of what is for a single visitor', async () => {
  const bodyOf = createPageBodies()
  expect(bodyOf('<p>mine', undefined)).not.toBe(bodyOf('<p>mine', undefined))
})
