import { expect, it } from 'vitest'
import { createDumpReader } from './dump-file.ts'

const TEXT = '{"a":1}\n\\.\n{"b":2}\nx\ty\\\\.\n\\\\.\n\\N\n\\.\n{"c":3}\n'

async function* inPieces(text: string, length: number) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

it.each([1, 2, 3, 4, 5, 7, 100])('finds lines and the ends of rows in pieces of %i bytes', async length => {
  const reader = createDumpReader(inPieces(TEXT, length))
  const rows = async () => Buffer.concat(await Array.fromAsync(reader.rows())).toString()
  expect(await reader.line()).toEqual({ a: 1 })
  expect(await rows()).toBe('')
  expect(await reader.line()).toEqual({ b: 2 })
  expect(await rows()).toBe('x\ty\\\\.\n\\\\.\n\\N\n')
  expect(await reader.line()).toEqual({ c: 3 })
  expect(await reader.line()).toBeUndefined()
})

it('says when the end is missing', async () => {
  const reader = createDumpReader(inPieces('{"a":1}\nx\n', 4))
  await reader.line()
  await expect(Array.fromAsync(reader.rows())).rejects.toThrow('too early')
})
