type Numbers = [major: number, minor: number, patch: number]

/** @returns undefined for what is no version, or comes before one, such as `1.2.3-rc.1`. */
function readRelease(tag: string): Numbers | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(tag) ?? []
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)]
}

function isAbove(one: Numbers, other: Numbers): boolean {
  const at = one.findIndex((number, index) => number !== other[index])
  return at !== -1 && (one[at] ?? 0) > (other[at] ?? 0)
}

/**
 * Whether a version is what people get who ask for none, and what runs in production: a repair of an old line
 * (1.1.9 after 1.2.0) is not, nor is what comes before a version. The latter takes nothing from others, either.
 */
export function isLatest(version: string, tags: readonly string[]): boolean {
  const release = readRelease(version)
  if (!release) return false
  return !tags.some(tag => {
    const other = readRelease(tag)
    return other !== undefined && isAbove(other, release)
  })
}
