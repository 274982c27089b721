const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message
}

/** Telling about a build must never break it: what fails here becomes a line on standard error. */
export async function withoutHarm<T>(
  what: string,
  action: () => T | Promise<T>,
): Promise<Awaited<T> | undefined> {
  try {
    return await action()
  } catch (error) {
    console.error(`pipeline: ${what}: ${causeOf(error)}`)
    return undefined
  }
}
