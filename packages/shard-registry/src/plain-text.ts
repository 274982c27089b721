/** What is invisible or turns the direction of writing; not the two that join letters and emoji. */
const HIDDEN = /(?:[\p{Cc}\s]|(?![\u200c\u200d])\p{Cf})+/gu
/** They join what stands before them. */
const JOINING_NOTHING = /(?<=^| )[\u200c\u200d]+/gu

/** On one line, and without what is invisible or turns the direction of writing. */
export const plainText = (text: string): string =>
  text.replace(HIDDEN, ' ').replace(JOINING_NOTHING, '').replace(/ +/g, ' ').trim()
