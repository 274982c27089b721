import { createEncodedBody, type EncodedBody } from '../encoded-body.ts'

/**
 * A page in the encodings that are asked for: of each kind the last one is kept, and compressed once for all who ask
 * before it is another. One without a kind is for a single visitor.
 */
export function createPageBodies(): (html: string, kind: string | undefined) => EncodedBody {
  const kept = new Map<string, { html: string; body: EncodedBody }>()
  return (html, kind) => {
    const known = kind === undefined ? undefined : kept.get(kind)
    if (known?.html === html) return known.body
    const body = createEncodedBody(Buffer.from(html))
    if (kind !== undefined) kept.set(kind, { html, body })
    return body
  }
}
