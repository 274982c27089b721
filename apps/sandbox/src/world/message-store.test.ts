import { expect, test } from 'vitest'
import { createMessageStore } from './message-store.ts'
import type { Message } from './model.ts'

const message = (id: number, extra: Partial<Message> = {}): Message => ({
  id: String(id),
  channelId: '1',
  authorId: '2',
  content: `message ${id}`,
  sentAtMs: 0,
  type: 0,
  flags: 0,
  embeds: [],
  components: [],
  attachments: [],
  reactions: [],
  mentionIds: [],
  mentionRoleIds: [],
  mentionEveryone: false,
  ...extra,
})

function storeOf(...ids: number[]) {
  const store = createMessageStore()
  for (const id of ids) store.add(message(id))
  return {
    ...store,
    ids: (range: Parameters<typeof store.list>[1]) => store.list('1', range).map(({ id }) => Number(id)),
  }
}

test('lists the newest, or what came after or before an id, oldest first', () => {
  const { ids } = storeOf(9, 10, 11, 100)
  expect(ids({ limit: 2 })).toEqual([11, 100])
  expect(ids({ limit: 2, after: '9' })).toEqual([10, 11])
  expect(ids({ limit: 9, after: '50' })).toEqual([100])
  expect(ids({ limit: 2, before: '100' })).toEqual([10, 11])
  expect(ids({ limit: 2, before: '1' })).toEqual([])
})

test('finds ephemeral messages by id but lists them nowhere', () => {
  const store = storeOf(1)
  store.add(message(2, { ephemeralTo: '7' }))
  expect(store.get('2')).toBeDefined()
  expect(store.ids({ limit: 10 })).toEqual([1])
})

test('forgets what was removed, and a whole channel', () => {
  const store = storeOf(1, 2, 3)
  const second = store.get('2')
  if (second) store.remove(second)
  expect(store.ids({ limit: 10 })).toEqual([1, 3])
  store.removeChannel('1')
  expect(store.get('3')).toBeUndefined()
})

test('keeps the newest 20,000 of a channel', () => {
  const store = createMessageStore()
  for (let id = 1; id <= 22_001; id++) store.add(message(id))
  expect(store.list('1', { limit: 1_000_000 })).toHaveLength(20_000)
  expect(store.get('2001')).toBeUndefined()
  expect(store.get('2002')).toBeDefined()
})
