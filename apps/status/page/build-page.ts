import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createBuilder } from 'vite'

const root = import.meta.dirname

/** Builds what browsers load, and what the server writes into the page. */
export async function buildPage(): Promise<void> {
  const builder = await createBuilder({ root, logLevel: 'error' })
  await builder.buildApp()
}

/** For tests: the page as it was built, or built now where it was not. */
export async function needPage(): Promise<void> {
  const rendering = ['render-plain.js', 'render-missing.js'].map(file => join(root, 'dist-server', file))
  const built = [join(root, 'dist', 'index.html'), ...rendering]
  if (!built.every(file => existsSync(file))) await buildPage()
}
