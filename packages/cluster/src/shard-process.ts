/** What a shard process needs, discord.js included; the manager does without. */
export { createFleetReporter } from './fleet-metrics/fleet-reporter.ts'
export { joinCluster, type Membership, NoManagerError, type TakeOver } from './join-cluster.ts'
export { hurryIn } from './requests/answers-first.ts'
export { type BudgetedRequests, createBudgetedRequests } from './requests/budgeted-requests.ts'
export { keepToken } from './requests/keep-token.ts'
export {
  backgroundHeaders,
  type MakeRequest,
  type Report,
  type Take,
  withoutHints,
} from './requests/with-budget.ts'
export { type Gateway, openGateway } from './sessions/gateway.ts'
