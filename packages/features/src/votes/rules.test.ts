import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Kind, leaders, outcomeOf, settledOutcome, type Terms, termsFor } from './rules.ts'

const kinds = fc.constantFrom<Kind>('ask', 'challenge', 'restore')

/** Terms, and a tally that their electors can have brought about. */
const counted = fc
  .record({
    kind: kinds,
    electors: fc.integer({ min: 3, max: 9 }),
    quorumPercent: fc.integer({ min: 5, max: 100 }),
    thresholdPercent: fc.integer({ min: 5, max: 100 }),
    ballots: fc.array(fc.nat(2), { maxLength: 9 }),
  })
  .map(({ ballots, ...given }) => {
    const terms = termsFor(given)
    const tally: number[] = Array.from({ length: terms.kind === 'ask' ? 3 : 2 }, () => 0)
    for (const choice of ballots.slice(0, terms.electors)) {
      const at = choice % tally.length
      tally[at] = (tally[at] ?? 0) + 1
    }
    return { terms, tally }
  })

/** Every tally that those who are left can bring about, some of them not voting. */
function completions(tally: number[], left: number): number[][] {
  if (left === 0) return [tally]
  const further = tally.flatMap((_, at) =>
    completions(
      tally.map((count, option) => (option === at ? count + 1 : count)),
      left - 1,
    ),
  )
  return [tally, ...further]
}

const effectOf = (terms: Terms, tally: number[]) => {
  const outcome = outcomeOf(terms, tally)
  if (terms.kind !== 'ask') return outcome === 'passed'
  return outcome === 'passed' ? leaders(tally)[0] : outcome
}

describe('the terms', () => {
  it.each([
    [3, { quorum: 3, threshold: 3 }],
    [12, { quorum: 4, threshold: 3 }],
    [40, { quorum: 14, threshold: 6 }],
    [1_000, { quorum: 25, threshold: 10 }],
  ])('of a challenge among %i active members scale', (electors, expected) => {
    expect(termsFor({ kind: 'challenge', electors, quorumPercent: 33, thresholdPercent: 15 })).toMatchObject(
      expected,
    )
  })

  it('can be met by those who may vote, whatever the settings', () => {
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 3, max: 5_000 }),
        fc.integer({ min: 5, max: 100 }),
        (kind, electors, percent) => {
          const { quorum, threshold } = termsFor({
            kind,
            electors,
            quorumPercent: percent,
            thresholdPercent: percent,
          })
          expect(quorum).toBeLessThanOrEqual(electors)
          expect(threshold).toBeLessThanOrEqual(quorum)
        },
      ),
    )
  })
})

describe('an outcome', () => {
  const terms: Terms = { kind: 'challenge', electors: 12, quorum: 4, threshold: 3 }

  it.each([
    [[3, 0], 'no-quorum'],
    [[3, 1], 'passed'],
    [[2, 2], 'tie'],
    [[2, 1], 'no-quorum'],
    [[3, 4], 'failed'],
    [[0, 0], 'no-quorum'],
  ])('of %j is %s', (tally, outcome) => {
    expect(outcomeOf(terms, tally)).toBe(outcome)
  })

  it('restrains nobody unless more say yes than no, and enough do', () => {
    fc.assert(
      fc.property(counted, ({ terms, tally }) => {
        fc.pre(terms.kind !== 'ask')
        const [yes = 0, no = 0] = tally
        const passes = yes > no && yes >= terms.threshold && yes + no >= terms.quorum
        expect(outcomeOf(terms, tally) === 'passed').toBe(passes)
      }),
    )
  })
})

describe('closing early', () => {
  it('happens exactly when nobody who is left can change what comes of it', () => {
    fc.assert(
      fc.property(counted, ({ terms, tally }) => {
        const left = terms.electors - tally.reduce((all, one) => all + one, 0)
        const effects = new Set(completions(tally, left).map(one => effectOf(terms, one)))
        const settled = settledOutcome(terms, tally)
        if (terms.kind !== 'ask' || left === 0) expect(settled !== undefined).toBe(effects.size === 1)
        // A question that may still end without a winner is left open to the end.
        else expect(settled !== undefined).toBe(effects.size === 1 && outcomeOf(terms, tally) === 'passed')
        if (settled !== undefined) expect(settled === 'passed').toBe(outcomeOf(terms, tally) === 'passed')
      }),
      { numRuns: 400 },
    )
  })
})
