/** One line of what is, and where something is to be done, one of what. */
export type Finding = {
  level: 'good' | 'doubt' | 'bad'
  what: string
  todo?: string
}

export const good = (what: string): Finding => ({ level: 'good', what })
/** It works, and may not go on working, or may not be what was meant. */
export const doubt = (what: string, todo: string): Finding => ({ level: 'doubt', what, todo })
/** It does not work. */
export const bad = (what: string, todo: string): Finding => ({ level: 'bad', what, todo })

/** Looks, and changes nothing. What it throws is bad news. */
export type Examination = {
  name: string
  /** Where a failure sends people. */
  todo: string
  /** This machine works at it rather than waits for another. */
  isWork?: true
  /** @param signal aborted when its time is over */
  run(signal: AbortSignal): Promise<Finding[]>
}
