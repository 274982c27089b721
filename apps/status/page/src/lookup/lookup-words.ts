import type { GuildIdProblem, ShardStateName } from '@shardlight/shard-registry'
import { defineWords } from '../words/words.ts'

/** What is wrong with what was entered; `digits` is how many it has. */
type Problems = Record<GuildIdProblem, (digits: number) => string>

const EXAMPLE = '1161574221348863930'

const problems = defineWords<Problems>({
  en: () => ({
    empty: () => 'Enter a server ID, or paste a link to one of its messages.',
    'direct-message': () => 'This link leads to a direct message, which belongs to no server.',
    invite: () => 'An invite does not tell the server ID. Paste a link to one of its messages instead.',
    'other-link': () => 'This is not a link to a Discord channel or message.',
    mention: () => 'This is a mention, not a server ID. A server ID has digits only.',
    negative: () => 'A server ID is not negative.',
    length: digits => `A server ID has 17 to 19 digits, this has ${digits}.`,
    'no-number': () => `A server ID has digits only, such as ${EXAMPLE}.`,
    'too-large': () => 'This number is too large for a server ID.',
  }),
  de: () => ({
    empty: () => 'Gib eine Server-ID ein, oder füge den Link einer Nachricht des Servers ein.',
    'direct-message': () => 'Dieser Link führt zu einer Direktnachricht, und die gehört zu keinem Server.',
    invite: () => 'Eine Einladung verrät die Server-ID nicht. Füge stattdessen den Link einer Nachricht ein.',
    'other-link': () => 'Das ist kein Link zu einem Kanal oder einer Nachricht auf Discord.',
    mention: () => 'Das ist eine Erwähnung, keine Server-ID. Eine Server-ID besteht nur aus Ziffern.',
    negative: () => 'Eine Server-ID ist nicht negativ.',
    length: digits => `Eine Server-ID hat 17 bis 19 Ziffern, diese hat ${digits}.`,
    'no-number': () => `Eine Server-ID besteht nur aus Ziffern, zum Beispiel ${EXAMPLE}.`,
    'too-large': () => 'Diese Zahl ist zu groß für eine Server-ID.',
  }),
  es: () => ({
    empty: () => 'Escribe el ID de un servidor o pega el enlace de uno de sus mensajes.',
    'direct-message': () => 'Este enlace lleva a un mensaje directo, que no pertenece a ningún servidor.',
    invite: () => 'Una invitación no revela el ID del servidor. Pega mejor el enlace de uno de sus mensajes.',
    'other-link': () => 'Esto no es un enlace a un canal o mensaje de Discord.',
    mention: () => 'Esto es una mención, no el ID de un servidor. Un ID solo tiene cifras.',
    negative: () => 'El ID de un servidor no es negativo.',
    length: digits => `El ID de un servidor tiene de 17 a 19 cifras; este tiene ${digits}.`,
    'no-number': () => `El ID de un servidor solo tiene cifras, por ejemplo ${EXAMPLE}.`,
    'too-large': () => 'Este número es demasiado grande para el ID de un servidor.',
  }),
  fr: () => ({
    empty: () => 'Entre l’ID d’un serveur, ou colle le lien d’un de ses messages.',
    'direct-message': () => 'Ce lien mène à un message privé, qui n’appartient à aucun serveur.',
    invite: () => 'Une invitation ne révèle pas l’ID du serveur. Colle plutôt le lien d’un de ses messages.',
    'other-link': () => 'Ce n’est pas un lien vers un salon ou un message de Discord.',
    mention: () => 'C’est une mention, pas l’ID d’un serveur. Un ID n’a que des chiffres.',
    negative: () => 'L’ID d’un serveur n’est pas négatif.',
    length: digits => `L’ID d’un serveur a de 17 à 19 chiffres, celui-ci en a ${digits}.`,
    'no-number': () => `L’ID d’un serveur n’a que des chiffres, par exemple ${EXAMPLE}.`,
    'too-large': () => 'Ce nombre est trop grand pour l’ID d’un serveur.',
  }),
})

type LookupWords = {
  problems: Problems
  title: string
  question: string
  placeholder: string
  ask: string
  hint: string
  nowhere: string
  clear: string
  showInGrid: string
  answers: Record<ShardStateName, string>
  /** What stands around the server, its shard of so many, and the state, each of which is made to stand out. */
  where: Record<'server' | 'isOn' | 'of' | 'is' | 'was' | 'end', string>
  /** The answer where nothing is known of now; before the end stands how long ago it was so. */
  was: Record<'up' | 'notUp' | 'end', string>
  shard(shard: string): string
}

export const lookupWords = defineWords<LookupWords>({
  en: tongue => ({
    problems: problems.en(tongue),
    title: 'Server lookup',
    question: 'Is it up in your server?',
    placeholder: 'Server ID or link',
    ask: 'Look up',
    hint: 'In Discord, copy the link of any message in your server and paste it here. The ID of the server (guild) works as well.',
    nowhere: 'No cluster has told yet how many shards it has.',
    clear: 'Clear the lookup',
    showInGrid: 'Show it in the grid',
    answers: {
      Online: 'Yes, it is up',
      Unhealthy: 'No, it does not answer',
      Offline: 'No, it is switched off',
      Starting: 'Not yet, it is starting',
      Resuming: 'Almost, it is reconnecting',
      Stopping: 'It is being switched off',
      Unknown: 'Nothing was heard yet',
    },
    where: {
      server: 'Server ',
      isOn: ' is on ',
      of: ' of ',
      is: ', which is ',
      was: ', last known as ',
      end: '.',
    },
    was: { up: 'It was up ', notUp: 'It was not up ', end: '; nothing newer is known' },
    shard: shard => `shard ${shard}`,
  }),
  de: tongue => ({
    problems: problems.de(tongue),
    title: 'Server nachschlagen',
    question: 'Läuft der Bot auf deinem Server?',
    placeholder: 'Server-ID oder Link',
    ask: 'Nachsehen',
    hint: 'Kopiere in Discord den Link einer beliebigen Nachricht deines Servers und füge ihn hier ein. Die ID des Servers geht auch.',
    nowhere: 'Noch hat kein Cluster gesagt, wie viele Shards er hat.',
    clear: 'Anfrage löschen',
    showInGrid: 'Im Raster zeigen',
    answers: {
      Online: 'Ja, er läuft',
      Unhealthy: 'Nein, er antwortet nicht',
      Offline: 'Nein, er ist abgeschaltet',
      Starting: 'Noch nicht, er startet',
      Resuming: 'Gleich, er verbindet sich neu',
      Stopping: 'Er wird gerade abgeschaltet',
      Unknown: 'Noch nichts gehört',
    },
    where: {
      server: 'Server ',
      isOn: ' gehört zu ',
      of: ' von ',
      is: '. Dessen Zustand: ',
      was: '. Zuletzt bekannt: ',
      end: '.',
    },
    was: { up: 'Er lief, Stand ', notUp: 'Er lief nicht, Stand ', end: '; Neueres ist nicht bekannt' },
    shard: shard => `Shard ${shard}`,
  }),
  es: tongue => ({
    problems: problems.es(tongue),
    title: 'Consulta de un servidor',
    question: '¿Funciona el bot en tu servidor?',
    placeholder: 'ID o enlace del servidor',
    ask: 'Consultar',
    hint: 'En Discord, copia el enlace de cualquier mensaje de tu servidor y pégalo aquí. El ID del servidor también vale.',
    nowhere: 'Ningún clúster ha dicho todavía cuántos shards tiene.',
    clear: 'Borrar la consulta',
    showInGrid: 'Mostrar en la cuadrícula',
    answers: {
      Online: 'Sí, funciona',
      Unhealthy: 'No, no responde',
      Offline: 'No, está apagado',
      Starting: 'Todavía no, se está iniciando',
      Resuming: 'Casi, se está reconectando',
      Stopping: 'Se está apagando',
      Unknown: 'Aún no se sabe nada',
    },
    where: {
      server: 'El servidor ',
      isOn: ' está en el ',
      of: ' de ',
      is: '. Su estado: ',
      was: '. Último estado conocido: ',
      end: '.',
    },
    was: { up: 'Funcionaba ', notUp: 'No funcionaba ', end: '; no se sabe nada más reciente' },
    shard: shard => `shard ${shard}`,
  }),
  fr: tongue => ({
    problems: problems.fr(tongue),
    title: 'Recherche d’un serveur',
    question: 'Le bot fonctionne-t-il sur ton serveur ?',
    placeholder: 'ID ou lien du serveur',
    ask: 'Vérifier',
    hint: 'Dans Discord, copie le lien d’un message de ton serveur et colle-le ici. L’ID du serveur marche aussi.',
    nowhere: 'Aucun cluster n’a encore dit combien de shards il a.',
    clear: 'Effacer la recherche',
    showInGrid: 'Montrer dans la grille',
    answers: {
      Online: 'Oui, il fonctionne',
      Unhealthy: 'Non, il ne répond pas',
      Offline: 'Non, il est éteint',
      Starting: 'Pas encore, il démarre',
      Resuming: 'Presque, il se reconnecte',
      Stopping: 'Il est en train de s’éteindre',
      Unknown: 'Pas encore de nouvelles',
    },
    where: {
      server: 'Le serveur ',
      isOn: ' est sur le ',
      of: ' de ',
      is: '. Son état : ',
      was: '. Dernier état connu : ',
      end: '.',
    },
    was: {
      up: 'Il fonctionnait ',
      notUp: 'Il ne fonctionnait pas ',
      end: ' ; rien de plus récent n’est connu',
    },
    shard: shard => `shard ${shard}`,
  }),
})
