import { expect, it } from 'vitest'
import { isExempt, majorOf, pathOf, routeOf } from './request-route.ts'

const MESSAGE = '/channels/1161574221348863930/messages/1161574221348863931'

it('keeps the channel, guild or webhook of a route, and takes other ids out', () => {
  expect(routeOf('patch', MESSAGE)).toBe('PATCH /channels/1161574221348863930/messages/:id')
  expect(routeOf('GET', '/guilds/81384788765712384/members/80351110224678912')).toBe(
    'GET /guilds/81384788765712384/members/:id',
  )
  expect(routeOf('GET', '/users/80351110224678912')).toBe('GET /users/:id')
  expect(routeOf('POST', '/users/@me/channels')).toBe('POST /users/@me/channels')
})

it('takes all reactions of a channel for one route, as Discord does', () => {
  const route = 'PUT /channels/1161574221348863930/messages/:id/reactions/:reaction'
  expect(routeOf('PUT', `${MESSAGE}/reactions/%F0%9F%91%8D/@me`)).toBe(route)
  expect(routeOf('PUT', `${MESSAGE}/reactions/v10/@me`)).toBe(route)
})

it('finds the path of an address, wherever the API is mounted', () => {
  expect(pathOf('https://discord.com/api/v10/channels/1/messages?limit=5')).toBe('/channels/1/messages')
  expect(pathOf('http://127.0.0.1:3100/v10/channels/1/messages/2/reactions/v9/@me')).toBe(
    '/channels/1/messages/2/reactions/v9/@me',
  )
})

it('knows what a request is about', () => {
  expect(majorOf(MESSAGE)).toBe('1161574221348863930')
  expect(majorOf('/users/@me/channels')).toBeUndefined()
})

it('leaves what answers an interaction out of the budget, and nothing else', () => {
  const exempt = [
    '/interactions/1/token/callback',
    '/webhooks/1/token',
    '/webhooks/1/token/messages/@original',
  ]
  const counted = [MESSAGE, '/webhooks/1', '/applications/1/commands', '/channels/1/webhooks', '/gateway/bot']
  expect(exempt.filter(isExempt)).toEqual(exempt)
  expect(counted.filter(isExempt)).toEqual([])
})
