/** Options that all votes have. */
const STRING = 3
const BOOLEAN = 5

export const DURATION = {
  type: STRING,
  name: 'duration',
  description: 'How long it is open, from 1m to 9d; for example 30m, 2h or 3d',
  max_length: 40,
} as const

export const EARLY = {
  type: BOOLEAN,
  name: 'early',
  description: 'End it once those who are left can no longer change the outcome',
} as const
