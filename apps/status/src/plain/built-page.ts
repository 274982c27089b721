import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { renderPlain } from '../../page/src/plain/render-plain.tsx'

const PAGE = join(import.meta.dirname, '..', '..', 'page')
const RENDERER = join(PAGE, 'dist-server', 'render-plain.js')

/** What browsers load. */
export const DIST = join(PAGE, 'dist')

type Renderer = { renderPlain: typeof renderPlain }

const isRenderer = (module: unknown): module is Renderer =>
  typeof module === 'object' &&
  module !== null &&
  'renderPlain' in module &&
  typeof module.renderPlain === 'function'

/** The page as it was built, with what writes its content on the server; undefined where it was not built. */
export async function openBuiltPage(): Promise<
  { html: string; render: Renderer['renderPlain'] } | undefined
> {
  const index = join(DIST, 'index.html')
  if (!existsSync(index) || !existsSync(RENDERER)) return undefined
  const module: unknown = await import(pathToFileURL(RENDERER).href)
  if (!isRenderer(module)) throw new Error(`${RENDERER} renders nothing: build the page again`)
  return { html: readFileSync(index, 'utf8'), render: module.renderPlain }
}
