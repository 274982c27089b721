import type { IncidentsAnswer } from '@shardlight/status-client'

/** Of an answer, what a page shows. */
export type ToldIncidents = Pick<IncidentsAnswer, 'open' | 'past'>
