import type { FastifyRequest } from 'fastify'
import { RestError } from './rest-error.ts'
import type { UploadedFile } from './route.ts'

/** A form of `payload_json` and `files[n]`, as Discord's reference describes uploads. */
export async function readUpload(
  request: Pick<FastifyRequest, 'parts'>,
): Promise<{ body: unknown; files: UploadedFile[] }> {
  const files: UploadedFile[] = []
  let body: unknown = {}
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const id = /^files\[(\d+)\]$/.exec(part.fieldname)?.[1]
      const content = await part.toBuffer()
      if (id === undefined) continue
      files.push({ id, filename: part.filename, contentType: part.mimetype, content })
    } else if (part.fieldname === 'payload_json') {
      try {
        body = JSON.parse(String(part.value))
      } catch {
        throw new RestError(400, 50_109, 'The request body contains invalid JSON.')
      }
    }
  }
  return { body, files }
}
