import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'

/** Words after `from`, or in `import(…)`, `import …`; enough for formatted sources. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g

/** Where a file of ours lives: `apps/status`, `packages/features`, `infra/bench`. */
const roomOf = (file: string) => file.split('/').slice(0, 2).join('/')

const folderOf = (file: string) => /^packages\/features\/src\/([^/]+)\//.exec(file)?.[1]

const nameOf = (room: string) => `@shardlight/${room.split('/')[1]}`

/** Paths are relative to the repository, with forward slashes. @returns why the import is wrong, if it is. */
export function judge({
  file,
  specifier,
  apps,
  features,
}: {
  file: string
  specifier: string
  apps: string[]
  /** Folders of `packages/features/src` that are features: those with an `index.ts`. */
  features: string[]
}): string | undefined {
  const room = roomOf(file)
  const app = apps.find(name => specifier === nameOf(name) || specifier.startsWith(`${nameOf(name)}/`))
  if (app && app !== room)
    return `${room} must not import ${app}: apps speak over the network, packages never know apps`
  if (!specifier.startsWith('.')) return undefined
  const target = join(dirname(file), specifier)
  if (roomOf(target) !== room)
    return `${room} must not reach into ${roomOf(target)}: import the package by its name`
  const [from, to] = [folderOf(file), folderOf(target)]
  if (from && to && from !== to && features.includes(to))
    return `feature ${from} must not import feature ${to}: features meet in events`
  return undefined
}

/** Every import of the repository that breaks a rule, a line each. */
export function findForbiddenImports(root: string): string[] {
  const apps = globSync('apps/*', { cwd: root }).map(path => relative('.', path))
  const features = globSync('packages/features/src/*/index.ts', { cwd: root }).map(path =>
    basename(dirname(path)),
  )
  const files = globSync('{apps,packages,infra}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: path => /(^|\/)(node_modules|dist)$/.test(path),
  })
  return files.flatMap(file =>
    [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].flatMap(([, specifier = '']) => {
      const reason = judge({ file, specifier, apps, features })
      return reason ? [`${file}: '${specifier}': ${reason}`] : []
    }),
  )
}
