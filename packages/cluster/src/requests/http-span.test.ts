import { expect, it } from 'vitest'
import { templateOf } from './http-span.ts'

it.each([
  ['/channels/1161574221348863930/messages', '/channels/:id/messages'],
  ['/interactions/1161574221348863930/aW50ZXJhY3Rpb24/callback', '/interactions/:id/:token/callback'],
  ['/webhooks/1161574221348863930/secretword/messages/@original', '/webhooks/:id/:token/messages/@original'],
  ['/users/@me/channels', '/users/@me/channels'],
  ['/channels/1/messages/2/reactions/%F0%9F%91%8D/@me', '/channels/:id/messages/:id/reactions/:id/@me'],
  ['/applications/1/guilds/2/commands', '/applications/:id/guilds/:id/commands'],
])('names %s without what is in it', (path, template) => {
  expect(templateOf(path)).toBe(template)
})
