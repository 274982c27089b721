import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import type { z } from 'zod'

/** An answer of Discord that is not a success: `{code, message}`, with `errors` for a wrong form. */
export class RestError extends Error {
  readonly status: number
  readonly body: Record<string, unknown>
  constructor(status: number, code: number, message: string, more: Record<string, unknown> = {}) {
    super(message)
    this.name = 'RestError'
    this.status = status
    this.body = { message, code, ...more }
  }
}

export const unknownChannel = () => new RestError(404, Code.UnknownChannel, 'Unknown Channel')
export const unknownMessage = () => new RestError(404, Code.UnknownMessage, 'Unknown Message')
export const unknownGuild = () => new RestError(404, Code.UnknownGuild, 'Unknown Guild')
export const unknownUser = () => new RestError(404, Code.UnknownUser, 'Unknown User')
export const unknownMember = () => new RestError(404, Code.UnknownMember, 'Unknown Member')
export const unknownInteraction = () => new RestError(404, Code.UnknownInteraction, 'Unknown interaction')
export const unknownWebhook = () => new RestError(404, Code.UnknownWebhook, 'Unknown Webhook')
export const unknownCommand = () =>
  new RestError(404, Code.UnknownApplicationCommand, 'Unknown application command')
export const missingAccess = () => new RestError(403, Code.MissingAccess, 'Missing Access')
export const missingPermissions = () => new RestError(403, Code.MissingPermissions, 'Missing Permissions')
export const emptyMessage = () =>
  new RestError(400, Code.CannotSendAnEmptyMessage, 'Cannot send an empty message')
export const unauthorized = () => new RestError(401, 0, '401: Unauthorized')
export const notFound = () => new RestError(404, 0, '404: Not Found')

/** Discord's nested form of "this field is wrong". */
export function invalidForm(path: PropertyKey[], code: string, message: string): RestError {
  let errors: Record<string, unknown> = { _errors: [{ code, message }] }
  for (const key of path.toReversed()) errors = { [key]: errors }
  return new RestError(400, Code.InvalidFormBodyOrContentType, 'Invalid Form Body', { errors })
}

const CODE_OF_ISSUE: Record<string, string> = {
  too_big: 'BASE_TYPE_MAX_LENGTH',
  too_small: 'BASE_TYPE_MIN_LENGTH',
  invalid_type: 'BASE_TYPE_BAD_TYPE',
}

/** Parses a body or throws Discord's 50035 about the first thing that is wrong with it. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (!issue) throw invalidForm([], 'BASE_TYPE_BAD_TYPE', 'Wrong form')
  const message =
    issue.code === 'too_big' && issue.origin === 'string'
      ? `Must be ${issue.maximum} or fewer in length.`
      : issue.message
  throw invalidForm(issue.path, CODE_OF_ISSUE[issue.code] ?? 'BASE_TYPE_BAD_VALUE', message)
}
