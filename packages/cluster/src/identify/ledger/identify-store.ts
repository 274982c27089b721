import type { IdentifyDay, Look } from './identify-day.ts'

/** Keeps Discord's day; every change is atomic, whoever else makes one. */
export type IdentifyStore = {
  /** What is known; undefined before the first look ever. */
  read(): Promise<IdentifyDay | undefined>
  /** Takes in what Discord says. */
  look(look: Look): Promise<IdentifyDay>
  /**
   * Spends one login where the day's allowance and the failures of others leave one.
   * @param again the shard's own last login failed.
   */
  spend(again: boolean): Promise<{ granted: boolean; day: IdentifyDay | undefined }>
  succeeded(): Promise<IdentifyDay | undefined>
  failed(): Promise<IdentifyDay | undefined>
}
