import { type Command, UserError } from '../feature.ts'

/** Stands for what is no command of ours: refused like any other, so that it is answered, recorded and counted. */
export const unknownCommand = (answer: string): Command => ({
  name: 'unknown',
  description: answer,
  isConversation: true,
  run: () => Promise.reject(new UserError(answer)),
})

/** Stands for being addressed without a word. */
export const helpCommand = (answer: string): Command => ({
  name: 'help',
  description: answer,
  isConversation: true,
  run: async () => ({ content: answer }),
})
