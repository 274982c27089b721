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

/** `:name` stands for part of a segment or all of it, `*` for all that follows. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:\w+|\*)/).map((part, at) => {
    if (at % 2 === 0) return RegExp.escape(part)
    return part === '*' ? '.*' : '[^/]+'
  })
  return new RegExp(`^${parts.join('')}$`)
}

/** By which methods a path may be asked; none when there is no such path. */
export function methodsOf(routes: RouteList, path: string): string[] {
  const methods = routes.filter(({ url }) => patternOf(url).test(path)).map(({ method }) => method)
  return [...new Set(methods)].sort()
}
