import type { IncidentKind, IncidentStatus } from '@shardlight/status-client'
import { defineWords } from '../words/words.ts'

type IncidentWords = {
  current: string
  past: string
  none(days: number): string
  away: string
  older: string
  follow: string
  kind: Record<IncidentKind, string>
  status: Record<IncidentStatus, string>
  shards(shards: number, which: string): string
  isDown(process: string, shards: string): string
  wasDown(process: string, shards: string): string
  /** Of a process some of whose shards are well. */
  noAnswer(shards: number, which: string): string
  gaveNoAnswer(shards: number, which: string): string
  areDown(shards: string): string
  wereDown(shards: string): string
  down(shards: string): string
  downToo(shards: string): string
  downAgain(shards: string): string
  stillDown(shards: string): string
  back(after: string): string
  moved(after: string): string
  switchedOff(after: string): string
  began: string
  ended: string
  since(moment: string): string
  span(from: string, to: string): string
  lasted(duration: string): string
  updates(updates: number): string
  earlier(updates: number): string
}

export const incidentWords = defineWords<IncidentWords>({
  en: ({ plural }) => ({
    current: 'Incidents and maintenance',
    past: 'Past incidents',
    none: days => `No incident is known of the last ${days} days.`,
    away: 'Incidents cannot be read at the moment. The states of the shards are not affected.',
    older: 'Show older incidents',
    follow: 'Follow incidents:',
    kind: { outage: 'Outage', note: 'Incident', maintenance: 'Maintenance' },
    status: {
      investigating: 'Investigating',
      identified: 'Identified',
      monitoring: 'Monitoring',
      resolved: 'Resolved',
      scheduled: 'Scheduled',
      in_progress: 'In progress',
      completed: 'Completed',
      cancelled: 'Cancelled',
    },
    shards: (shards, which) => plural(shards, { one: `shard ${which}`, other: `shards ${which}` }),
    isDown: (process, shards) => `Process ${process} is down: ${shards}`,
    wasDown: (process, shards) => `Process ${process} was down: ${shards}`,
    noAnswer: (shards, which) =>
      plural(shards, { one: `Shard ${which} does not answer`, other: `Shards ${which} do not answer` }),
    gaveNoAnswer: (shards, which) =>
      plural(shards, { one: `Shard ${which} did not answer`, other: `Shards ${which} did not answer` }),
    areDown: shards => `Down: ${shards}`,
    wereDown: shards => `Was down: ${shards}`,
    down: shards => `No answer from ${shards}.`,
    downToo: shards => `Now also down: no answer from ${shards}.`,
    downAgain: shards => `Down again: no answer from ${shards}.`,
    stillDown: shards => `still down: ${shards}`,
    back: after => `Back after ${after}`,
    moved: after => `Another process or layout has these shards, after ${after}`,
    switchedOff: after => `Switched off on purpose, after ${after}`,
    began: 'Maintenance has begun.',
    ended: 'Maintenance is completed.',
    since: moment => `since ${moment}`,
    span: (from, to) => `${from} to ${to}`,
    lasted: duration => `lasted ${duration}`,
    updates: updates => plural(updates, { one: '# update', other: '# updates' }),
    earlier: updates => plural(updates, { one: '# earlier update', other: '# earlier updates' }),
  }),
  de: ({ plural }) => ({
    current: 'Vorfälle und Wartung',
    past: 'Frühere Vorfälle',
    none: days => `Aus den letzten ${days} Tagen ist kein Vorfall bekannt.`,
    away: 'Vorfälle lassen sich gerade nicht lesen. Die Zustände der Shards betrifft das nicht.',
    older: 'Ältere Vorfälle zeigen',
    follow: 'Vorfällen folgen:',
    kind: { outage: 'Ausfall', note: 'Vorfall', maintenance: 'Wartung' },
    status: {
      investigating: 'Wird untersucht',
      identified: 'Ursache gefunden',
      monitoring: 'Wird beobachtet',
      resolved: 'Behoben',
      scheduled: 'Geplant',
      in_progress: 'Im Gange',
      completed: 'Abgeschlossen',
      cancelled: 'Abgesagt',
    },
    shards: (shards, which) => plural(shards, { one: `Shard ${which}`, other: `Shards ${which}` }),
    isDown: (process, shards) => `Prozess ${process} ist ausgefallen: ${shards}`,
    wasDown: (process, shards) => `Prozess ${process} war ausgefallen: ${shards}`,
    noAnswer: (shards, which) =>
      plural(shards, { one: `Shard ${which} antwortet nicht`, other: `Shards ${which} antworten nicht` }),
    gaveNoAnswer: (shards, which) =>
      plural(shards, { one: `Shard ${which} antwortete nicht`, other: `Shards ${which} antworteten nicht` }),
    areDown: shards => `Ausgefallen: ${shards}`,
    wereDown: shards => `War ausgefallen: ${shards}`,
    down: shards => `Keine Antwort von ${shards}.`,
    downToo: shards => `Jetzt auch ausgefallen: keine Antwort von ${shards}.`,
    downAgain: shards => `Wieder ausgefallen: keine Antwort von ${shards}.`,
    stillDown: shards => `noch ausgefallen: ${shards}`,
    back: after => `Wieder da nach ${after}`,
    moved: after => `Ein anderer Prozess oder eine andere Aufteilung hat diese Shards, nach ${after}`,
    switchedOff: after => `Absichtlich abgeschaltet, nach ${after}`,
    began: 'Die Wartung hat begonnen.',
    ended: 'Die Wartung ist abgeschlossen.',
    since: moment => `seit ${moment}`,
    span: (from, to) => `${from} bis ${to}`,
    lasted: duration => `dauerte ${duration}`,
    updates: updates => plural(updates, { one: '# Meldung', other: '# Meldungen' }),
    earlier: updates => plural(updates, { one: '# frühere Meldung', other: '# frühere Meldungen' }),
  }),
  es: ({ plural }) => ({
    current: 'Incidentes y mantenimiento',
    past: 'Incidentes anteriores',
    none: days => `No se conoce ningún incidente de los últimos ${days} días.`,
    away: 'Ahora mismo no se pueden leer los incidentes. Los estados de los shards no se ven afectados.',
    older: 'Mostrar incidentes más antiguos',
    follow: 'Seguir los incidentes:',
    kind: { outage: 'Caída', note: 'Incidente', maintenance: 'Mantenimiento' },
    status: {
      investigating: 'Investigando',
      identified: 'Identificado',
      monitoring: 'En observación',
      resolved: 'Resuelto',
      scheduled: 'Programado',
      in_progress: 'En curso',
      completed: 'Completado',
      cancelled: 'Cancelado',
    },
    shards: (shards, which) => plural(shards, { one: `shard ${which}`, other: `shards ${which}` }),
    isDown: (process, shards) => `El proceso ${process} está caído: ${shards}`,
    wasDown: (process, shards) => `El proceso ${process} estuvo caído: ${shards}`,
    noAnswer: (shards, which) =>
      plural(shards, { one: `El shard ${which} no responde`, other: `Los shards ${which} no responden` }),
    gaveNoAnswer: (shards, which) =>
      plural(shards, { one: `El shard ${which} no respondía`, other: `Los shards ${which} no respondían` }),
    areDown: shards => `Sin servicio: ${shards}`,
    wereDown: shards => `Estuvo sin servicio: ${shards}`,
    down: shards => `Sin respuesta: ${shards}.`,
    downToo: shards => `Ahora también sin respuesta: ${shards}.`,
    downAgain: shards => `Otra vez sin respuesta: ${shards}.`,
    stillDown: shards => `aún sin servicio: ${shards}`,
    back: after => `De vuelta tras ${after}`,
    moved: after => `Otro proceso u otra distribución tiene estos shards, tras ${after}`,
    switchedOff: after => `Apagado a propósito, tras ${after}`,
    began: 'El mantenimiento ha comenzado.',
    ended: 'El mantenimiento ha terminado.',
    since: moment => `desde ${moment}`,
    span: (from, to) => `${from} a ${to}`,
    lasted: duration => `duró ${duration}`,
    updates: updates => plural(updates, { one: '# mensaje', other: '# mensajes' }),
    earlier: updates => plural(updates, { one: '# mensaje anterior', other: '# mensajes anteriores' }),
  }),
  fr: ({ plural }) => ({
    current: 'Incidents et maintenance',
    past: 'Incidents passés',
    none: days => `Aucun incident connu ces ${days} derniers jours.`,
    away: 'Les incidents ne peuvent pas être lus pour le moment. Les états des shards ne sont pas concernés.',
    older: 'Montrer des incidents plus anciens',
    follow: 'Suivre les incidents :',
    kind: { outage: 'Panne', note: 'Incident', maintenance: 'Maintenance' },
    status: {
      investigating: 'Recherche en cours',
      identified: 'Cause trouvée',
      monitoring: 'Sous surveillance',
      resolved: 'Résolu',
      scheduled: 'Prévue',
      in_progress: 'En cours',
      completed: 'Terminée',
      cancelled: 'Annulée',
    },
    shards: (shards, which) => plural(shards, { one: `shard ${which}`, other: `shards ${which}` }),
    isDown: (process, shards) => `Le processus ${process} est en panne : ${shards}`,
    wasDown: (process, shards) => `Le processus ${process} était en panne : ${shards}`,
    noAnswer: (shards, which) =>
      plural(shards, {
        one: `Le shard ${which} ne répond pas`,
        other: `Les shards ${which} ne répondent pas`,
      }),
    gaveNoAnswer: (shards, which) =>
      plural(shards, {
        one: `Le shard ${which} ne répondait pas`,
        other: `Les shards ${which} ne répondaient pas`,
      }),
    areDown: shards => `En panne : ${shards}`,
    wereDown: shards => `Était en panne : ${shards}`,
    down: shards => `Pas de réponse : ${shards}.`,
    downToo: shards => `Maintenant aussi sans réponse : ${shards}.`,
    downAgain: shards => `De nouveau sans réponse : ${shards}.`,
    stillDown: shards => `encore en panne : ${shards}`,
    back: after => `De retour après ${after}`,
    moved: after => `Un autre processus ou une autre répartition a ces shards, après ${after}`,
    switchedOff: after => `Arrêté exprès, après ${after}`,
    began: 'La maintenance a commencé.',
    ended: 'La maintenance est terminée.',
    since: moment => `depuis ${moment}`,
    span: (from, to) => `${from} à ${to}`,
    lasted: duration => `a duré ${duration}`,
    updates: updates => plural(updates, { one: '# message', other: '# messages' }),
    earlier: updates => plural(updates, { one: '# message plus ancien', other: '# messages plus anciens' }),
  }),
})
