import type { Operation } from './wire.ts'

type Waiting = { operations: Operation[]; done: () => void; failed: (error: unknown) => void }

/** Redis does nothing else while it runs a script: 1,000 operations are about two milliseconds. */
const OPERATIONS_A_CALL = 1_000
/** Beyond this many the server is being pushed to faster than Redis takes it, and says so. */
const MOST_WAITING = 100_000

/**
 * Joins what is pushed while a call is under way into the next call: the busier, the larger the calls.
 * What is returned takes a head that begins each call over which its operations are spread.
 */
export function createOperationQueue<Answer>({
  send,
  isOfOne,
  settle,
}: {
  /** Resolves when Redis has answered; the next call goes out then. */
  send: (operations: Operation[]) => Promise<Answer>
  /** Whether one of those that were sent together is the cause: then each is sent once more, alone. */
  isOfOne: (error: unknown) => boolean
  /** Resolves when what was sent can be read here; who pushed waits for it, the next call does not. */
  settle: (answer: Answer) => Promise<void>
}): (operations: Operation[], head?: Operation) => Promise<void> {
  let waiting: Waiting[] = []
  let waitingOperations = 0
  let isSending = false

  async function sendTogether(batch: Waiting[]): Promise<void> {
    try {
      const answer = await send(batch.flatMap(({ operations }) => operations))
      void settle(answer).then(
        () => {
          for (const { done } of batch) done()
        },
        error => {
          for (const { failed } of batch) failed(error)
        },
      )
    } catch (error) {
      if (batch.length > 1 && isOfOne(error)) for (const one of batch) await sendTogether([one])
      else for (const { failed } of batch) failed(error)
    }
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch: Waiting[] = []
      let size = 0
      for (const next of waiting) {
        if (batch.length > 0 && size + next.operations.length > OPERATIONS_A_CALL) break
        batch.push(next)
        size += next.operations.length
      }
      waiting = waiting.slice(batch.length)
      waitingOperations -= size
      await sendTogether(batch)
    }
    isSending = false
  }

  const enqueue = (operations: Operation[]): Promise<void> =>
    new Promise((done, failed) => {
      waiting.push({ operations, done, failed })
      waitingOperations += operations.length
      if (isSending) return
      isSending = true
      setImmediate(sendAll)
    })

  return async (operations, head) => {
    if (waitingOperations + operations.length > MOST_WAITING)
      throw new Error(`${waitingOperations} pushed shards are waiting for Redis already`)
    const begin = head === undefined ? [] : [head]
    if (operations.length <= OPERATIONS_A_CALL) return await enqueue([...begin, ...operations])
    const chunks: Operation[][] = []
    for (let at = 0; at < operations.length; at += OPERATIONS_A_CALL)
      chunks.push([...begin, ...operations.slice(at, at + OPERATIONS_A_CALL)])
    await Promise.all(chunks.map(enqueue))
  }
}
