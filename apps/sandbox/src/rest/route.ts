import type { Core } from '../core.ts'

export type UploadedFile = { id: string; filename: string; contentType: string; content: Buffer }

export type RestRequest = {
  params: Record<string, string>
  query: Record<string, string | undefined>
  body: unknown
  files: UploadedFile[]
  /** By which name the bot reached the sandbox: the `Host` header. */
  host: string
  core: Core
}

/** No body: 204. */
export type RestAnswer = { status?: number; body?: unknown }

export type RestRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/api/v10`. */
  path: string
  /** The bucket of each channel, guild or webhook. */
  limit?: { requests: number; windowMs: number }
  /** Needs no bot token and is left out of the 50 a second: the interaction endpoints. */
  byInteractionToken?: boolean
  handle(request: RestRequest): RestAnswer | Promise<RestAnswer>
}
