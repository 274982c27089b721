const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The same, but each field that is read is told. */
function watch(value: unknown, path: string, onRead: (path: string) => void): unknown {
  if (!isObject(value)) return value
  return new Proxy(value, {
    get(target, field) {
      const at = `${path}/${String(field)}`
      onRead(at)
      return watch(Reflect.get(target, field), at, onRead)
    },
  })
}

/**
 * The fields that a compiled schema does not know: it reads each that it knows, in whatever object, and passes over all
 * others. The published schemas of Kubernetes refuse no unknown field, which a misspelt one is.
 */
export function fieldsNeverRead(value: unknown, validate: (watched: unknown) => void): string[] {
  const known = new Set<string>()
  validate(watch(value, '', path => known.add(path)))
  const unknownBelow = (part: unknown, path: string): string[] =>
    isObject(part)
      ? Object.entries(part).flatMap(([field, below]) => {
          const at = `${path}/${field}`
          return known.has(at) ? unknownBelow(below, at) : [at]
        })
      : []
  return unknownBelow(value, '')
}
