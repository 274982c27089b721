/** On one line, and without what is invisible or turns the direction of writing. */
export const plainText = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
