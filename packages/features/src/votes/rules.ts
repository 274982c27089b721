export type Kind = 'ask' | 'challenge' | 'restore'

/** How a count of ballots ends. Only `passed` ever changes what somebody may do. */
export type Counted = 'passed' | 'failed' | 'tie' | 'no-quorum'

export type Outcome = Counted | 'retracted' | 'vetoed'

/** Frozen when the vote opens. */
export type Terms = {
  kind: Kind
  /** How many may vote. */
  electors: number
  /** How many must vote. */
  quorum: number
  /** How many must vote yes; 0 for a question. */
  threshold: number
}

export const YES = 0
export const NO = 1

/** A question needs somebody to ask. */
export const FEWEST_FOR_ASK = 2
const HIGHEST_QUORUM = 25
const LOWEST_THRESHOLD = 3
const HIGHEST_THRESHOLD = 10

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/**
 * A fixed number of votes would let five friends expel anyone in a big guild and be never met in a small one, so both
 * numbers grow with the members who are active.
 */
export function termsFor({
  kind,
  electors,
  quorumPercent,
  thresholdPercent,
}: {
  kind: Kind
  electors: number
  quorumPercent: number
  thresholdPercent: number
}): Terms {
  const quorum = Math.ceil((electors * quorumPercent) / 100)
  if (kind === 'ask') {
    return { kind, electors, quorum: clamp(quorum, FEWEST_FOR_ASK, HIGHEST_QUORUM), threshold: 0 }
  }
  const threshold = clamp(
    Math.round((electors * thresholdPercent) / 100),
    LOWEST_THRESHOLD,
    HIGHEST_THRESHOLD,
  )
  return { kind, electors, threshold, quorum: clamp(quorum, threshold, Math.max(threshold, HIGHEST_QUORUM)) }
}

const sum = (tally: number[]) => tally.reduce((all, one) => all + one, 0)

/** The options with the most votes. */
export function leaders(tally: number[]): number[] {
  const most = Math.max(...tally)
  return tally.flatMap((count, option) => (count === most ? [option] : []))
}

/** Tie, no quorum or too few for it: nothing changes for anybody. */
export function outcomeOf({ kind, quorum, threshold }: Terms, tally: number[]): Counted {
  if (sum(tally) < quorum) return 'no-quorum'
  if (leaders(tally).length > 1) return 'tie'
  if (kind === 'ask') return 'passed'
  const [yes = 0] = tally
  return leaders(tally)[0] === YES && yes >= threshold ? 'passed' : 'failed'
}

/**
 * What a vote that closes early has come to: once those who have not voted yet can no longer change whether it passes
 * (for a question: which option wins), with the ballots that are in as they are.
 */
export function settledOutcome(terms: Terms, tally: number[]): Counted | undefined {
  const left = Math.max(0, terms.electors - sum(tally))
  const now = outcomeOf(terms, tally)
  if (left === 0) return now
  if (terms.kind === 'ask') {
    const [first = 0, second = 0] = tally.toSorted((a, b) => b - a)
    return now === 'passed' && first > second + left ? now : undefined
  }
  const [yes = 0, no = 0] = tally
  if (now === 'passed') return yes > no + left ? now : undefined
  return outcomeOf(terms, [yes + left, no]) === 'passed' ? undefined : 'failed'
}
