import { expect, it } from 'vitest'
import { refusal } from './guard.ts'

const from = (remoteAddress: string, host = '127.0.0.1:3100') => ({
  socket: { remoteAddress },
  headers: { host },
})

it('answers this machine only, unless it is open to others', () => {
  expect(refusal(from('127.0.0.1'), { isOpen: false })).toBeUndefined()
  expect(refusal(from('172.18.0.1'), { isOpen: false })).toBe('the control API answers this machine only')
  expect(refusal(from('172.18.0.1'), { isOpen: true })).toBeUndefined()
})

it('answers no name that a foreign page could point here, open or not', () => {
  expect(refusal(from('172.18.0.1', 'rebound.example:3100'), { isOpen: true })).toMatch(/rebound\.example/)
})
