import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { budgets } from './dashboards/budgets.ts'
import { commands } from './dashboards/commands.ts'
import { countdown } from './dashboards/countdown.ts'
import { fleet } from './dashboards/fleet.ts'
import { processes } from './dashboards/processes.ts'
import { statusPage } from './dashboards/status-page.ts'
import { votes } from './dashboards/votes.ts'
import { wikipedia } from './dashboards/wikipedia.ts'

/** By the name of their file. */
export const dashboards: Record<string, Dashboard> = {
  fleet,
  commands,
  countdown,
  votes,
  wikipedia,
  budgets,
  processes,
  'status-page': statusPage,
}

/** As it is committed, and as Grafana reads it. */
export const fileOf = (dashboard: Dashboard): string => `${JSON.stringify(dashboard, null, 2)}\n`
