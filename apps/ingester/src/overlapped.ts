/**
 * Prepares the next piece while the one before is being stored, in order and one at a time.
 * @throws what preparing or storing throws, and nothing is under way any more then.
 */
export async function overlapped<Piece, Prepared>(
  pieces: AsyncIterable<Piece>,
  {
    prepare,
    store,
  }: { prepare: (piece: Piece) => Promise<Prepared>; store: (prepared: Prepared) => Promise<void> },
): Promise<void> {
  let storing: Promise<void> = Promise.resolve()
  try {
    for await (const piece of pieces) {
      const prepared = await prepare(piece)
      await storing
      storing = store(prepared)
      // Whoever awaits it next is told.
      storing.catch(() => {})
    }
  } finally {
    await storing
  }
}
