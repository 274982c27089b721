import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { renderMissing } from '../../page/src/plain/render-missing.tsx'
import type { renderPlain } from '../../page/src/plain/render-plain.tsx'

const PAGE = join(import.meta.dirname, '..', '..', 'page')
const RENDERER = join(PAGE, 'dist-server', 'render-plain.js')
const MISSING_RENDERER = join(PAGE, 'dist-server', 'render-missing.js')

/** What browsers load. */
export const DIST = join(PAGE, 'dist')

type Renderer = { renderPlain: typeof renderPlain }

const isRenderer = (module: unknown): module is Renderer =>
  typeof module === 'object' &&
  module !== null &&
  'renderPlain' in module &&
  typeof module.renderPlain === 'function'

type MissingRenderer = { renderMissing: typeof renderMissing }

const isMissingRenderer = (module: unknown): module is MissingRenderer =>
  typeof module === 'object' &&
  module !== null &&
  'renderMissing' in module &&
  typeof module.renderMissing === 'function'

const load = (file: string): Promise<unknown> => import(pathToFileURL(file).href)

/** The page as it was built, with what writes its content on the server; undefined where it was not built. */
export async function openBuiltPage(): Promise<
  | { html: string; render: Renderer['renderPlain']; renderMissing: MissingRenderer['renderMissing'] }
  | undefined
> {
  const index = join(DIST, 'index.html')
  if (![index, RENDERER, MISSING_RENDERER].every(file => existsSync(file))) return undefined
  const [plain, missing] = await Promise.all([load(RENDERER), load(MISSING_RENDERER)])
  if (!isRenderer(plain) || !isMissingRenderer(missing))
    throw new Error(`${RENDERER} or ${MISSING_RENDERER} renders nothing: build the page again`)
  return {
    html: readFileSync(index, 'utf8'),
    render: plain.renderPlain,
    renderMissing: missing.renderMissing,
  }
}
