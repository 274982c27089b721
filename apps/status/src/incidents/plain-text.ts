import { z } from 'zod'

export const MOST_TITLE = 200
export const MOST_TEXT = 2_000

/** What is invisible, turns the direction of writing, or may not stand in XML. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF]+/gu

export const oneLine = (text: string): string => text.replace(HIDDEN, ' ').replace(/\s+/g, ' ').trim()

/** Line breaks stay, and of empty lines one. */
const lines = (text: string) =>
  text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(oneLine)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()

const words = (most: number, tidy: (text: string) => string) =>
  z
    .string()
    .max(most)
    .transform(tidy)
    .refine(text => text !== '', 'expected words')

/** Plain text on one line. */
export const titleSchema = () => words(MOST_TITLE, oneLine).meta({ description: 'plain text on one line' })
/** Plain text; line breaks stay. */
export const textSchema = () => words(MOST_TEXT, lines).meta({ description: 'plain text' })
