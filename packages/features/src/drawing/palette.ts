/** The card has its own background, so that it is read alike in Discord's dark and light themes. */
export const palette = {
  card: '#20222e',
  edge: '#4a4d61',
  track: '#34374a',
  text: '#f4f5f9',
  note: '#b9bdd0',
  bar: '#8b95f8',
  winner: '#4fd1a5',
  onWinner: '#0f2a20',
} as const
