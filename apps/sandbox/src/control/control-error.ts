import type { z } from 'zod'

/** What a caller of the control API did wrong: `{error}`, which begins with the name of the field. */
export class ControlError extends Error {
  readonly statusCode: number
  constructor(statusCode: number, message: string) {
    super(message)
    this.name = 'ControlError'
    this.statusCode = statusCode
  }
}

export const wrong = (field: string, what: string) => new ControlError(400, `${field}: ${what}`)
export const missing = (field: string, what: string) => new ControlError(404, `${field}: ${what}`)

/** Parses what came in, or names the first field that is wrong. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const read = schema.safeParse(input ?? {})
  if (read.success) return read.data
  const [issue] = read.error.issues
  const field =
    issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.map(String).join('.') ?? '')
  throw wrong(field || 'body', issue?.message ?? 'is wrong')
}
