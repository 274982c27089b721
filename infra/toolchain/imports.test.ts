import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findForbiddenImports, judge } from './imports.ts'

const apps = ['apps/bot', 'apps/status']
const features = ['countdown', 'votes']

it('finds no forbidden import in the repository', () => {
  expect(findForbiddenImports(join(import.meta.dirname, '..', '..'))).toEqual([])
})

it.each([
  ['app → app by path', 'apps/bot/src/manager.ts', '../../status/src/main.ts'],
  ['app → app by name', 'apps/bot/src/manager.ts', '@shardlight/status'],
  ['package → app', 'packages/cluster/src/ipc.ts', '@shardlight/bot'],
  ['package → package by path', 'packages/cluster/src/ipc.ts', '../../service/src/log.ts'],
  ['feature → feature', 'packages/features/src/votes/index.ts', '../countdown/rules.ts'],
])('refuses %s', (_, file, specifier) => {
  expect(judge({ file, specifier, apps, features })).toMatch(/must not/)
})

it.each([
  ['app → package', 'apps/status/src/main.ts', '@shardlight/status-client'],
  ['within an app', 'apps/status/src/feed/viewer.ts', '../config.ts'],
  ['a feature → what all features share', 'packages/features/src/votes/index.ts', '../feature.ts'],
  ['within a feature', 'packages/features/src/votes/index.ts', './ballot/rules.ts'],
])('allows %s', (_, file, specifier) => {
  expect(judge({ file, specifier, apps, features })).toBeUndefined()
})
