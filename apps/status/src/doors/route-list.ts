import type { FastifyInstance } from 'fastify'

export type ListedRoute = { method: string; url: string; isWebSocket: boolean }

export type RouteList = readonly ListedRoute[]

const lists = new WeakMap<FastifyInstance, RouteList>()

/** Every route that is registered from now on. */
export function listRoutes(app: FastifyInstance): RouteList {
  const routes: ListedRoute[] = []
  app.addHook('onRoute', ({ method, url, websocket }) => {
    for (const one of [method].flat()) routes.push({ method: one, url, isWebSocket: websocket === true })
  })
  lists.set(app, routes)
  return routes
}

/** What `listRoutes` has seen of that app. */
export const routesOf = (app: FastifyInstance): RouteList => lists.get(app) ?? []

/** `:name` stands for a part of one segment, `*` for all that follows. */
const patternOf = (url: string) =>
  new RegExp(`^${RegExp.escape(url).replace(/:\w+/g, '[^/]+').replace('\\*', '.*')}$`)

/** By which methods a path may be asked; none when there is no such path. */
export function methodsOf(routes: RouteList, path: string): string[] {
  const methods = routes.filter(({ url }) => patternOf(url).test(path)).map(({ method }) => method)
  return [...new Set(methods)].sort()
}
