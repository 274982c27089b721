import { reasonOf } from '@shardlight/service'

export type OperationKind = 'restart' | 'reshard' | 'drain'

/** What an operator asked for, and how far it is; the shape of `GET /operations/current`. */
export type OperationView = {
  id: number
  kind: OperationKind
  state: 'running' | 'done' | 'failed'
  startedAtMs: number
  endedAtMs: number | null
  /** Shard processes that are through, and how many there are. */
  done: number
  total: number
  /** What it does now, or has done, as a sentence. */
  step: string
  /** Why it failed, and what holds now. */
  error: string | null
}

/** Another operation is under way; one at a time. */
export class OperationRunningError extends Error {
  override name = 'OperationRunningError'
}

/** It cannot be done as asked; nothing was changed. */
export class OperationRefusedError extends Error {
  override name = 'OperationRefusedError'
}

export type Progress = (news: Partial<Pick<OperationView, 'done' | 'total' | 'step'>>) => void

export type Operations = {
  current(): OperationView | null
  /** @throws {OperationRunningError} */
  begin(kind: OperationKind, run: (progress: Progress) => Promise<void>): OperationView
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/** Runs one operation at a time, and remembers the last. */
export function createOperations(onEnded: (view: OperationView) => void = () => {}): Operations {
  let current: OperationView | null = null
  let running: Promise<void> = Promise.resolve()

  return {
    current: () => current && { ...current },
    begin(kind, run) {
      if (current?.state === 'running')
        throw new OperationRunningError(
          `a ${current.kind} is under way (${current.step}); wait until it ends`,
        )
      const view: OperationView = {
        id: (current?.id ?? 0) + 1,
        kind,
        state: 'running',
        startedAtMs: Date.now(),
        endedAtMs: null,
        done: 0,
        total: 0,
        step: 'begins',
        error: null,
      }
      current = view
      running = run(news => Object.assign(view, news))
        .then(() => {
          view.state = 'done'
        })
        .catch(error => {
          view.state = 'failed'
          view.error = reasonOf(error)
        })
        .finally(() => {
          view.endedAtMs = Date.now()
          onEnded({ ...view })
        })
      return { ...view }
    },
    idle: () => running,
  }
}
