import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { MappingType, type Panel, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Query } from '../queries.ts'

export type Panels = Builder<Panel>

export type Shown = {
  title: string
  /** What it shows, and what to do when it looks wrong. */
  description: string
  unit: string
  queries: Query[]
}

/** A word for a value, so that nobody has to tell colours apart. */
export type Word = { value: number; text: string; color?: 'green' | 'orange' | 'red' | 'text' }

export const wordsFor = (words: Word[]): ValueMapping[] =>
  words.length === 0
    ? []
    : [
        {
          type: MappingType.ValueToText,
          options: Object.fromEntries(
            words.map(({ value, text, color }, index) => [value, { text, index, ...(color && { color }) }]),
          ),
        },
      ]
