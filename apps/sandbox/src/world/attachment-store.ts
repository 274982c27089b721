const KEPT_BYTES = 64 * 1024 * 1024

export type StoredFile = { content: Buffer; contentType: string }

export type AttachmentStore = ReturnType<typeof createAttachmentStore>

/** The bytes of what was attached; the oldest go when there is too much. */
export function createAttachmentStore() {
  const files = new Map<string, StoredFile>()
  let bytes = 0
  return {
    get: (id: string) => files.get(id)?.content,
    typeOf: (id: string) => files.get(id)?.contentType ?? 'application/octet-stream',
    all: () => files.entries(),
    add(id: string, file: StoredFile): void {
      files.set(id, file)
      bytes += file.content.length
      for (const [oldest, old] of files) {
        if (bytes <= KEPT_BYTES || oldest === id) break
        files.delete(oldest)
        bytes -= old.content.length
      }
    },
  }
}
