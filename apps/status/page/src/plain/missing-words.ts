import { defineWords } from '../words/words.ts'

type MissingWords = { title: string; text: string; home: string }

export const missingWords = defineWords<MissingWords>({
  en: () => ({
    title: 'There is no such page',
    text: 'The address may have been mistyped, or what was here is gone.',
    home: 'To the states of the shards',
  }),
  de: () => ({
    title: 'Diese Seite gibt es nicht',
    text: 'Vielleicht ist die Adresse falsch geschrieben, oder was hier stand, ist nicht mehr da.',
    home: 'Zu den Zuständen der Shards',
  }),
  es: () => ({
    title: 'Esta página no existe',
    text: 'Puede que la dirección esté mal escrita o que lo que había aquí ya no esté.',
    home: 'A los estados de los shards',
  }),
  fr: () => ({
    title: 'Cette page n’existe pas',
    text: 'L’adresse est peut-être mal écrite, ou ce qui était ici n’y est plus.',
    home: 'Vers les états des shards',
  }),
})
