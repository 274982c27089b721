import type { FlagdCore } from '@openfeature/flagd-core'
import type { Provider } from '@openfeature/server-sdk'

/** Evaluates what `current` gives at that moment: flags may change between any two questions. */
export const createFlagdProvider = (current: () => FlagdCore): Provider => ({
  metadata: { name: 'flagd-file' },
  runsOn: 'server',
  resolveBooleanEvaluation: async (key, fallback, context) =>
    current().resolveBooleanEvaluation(key, fallback, context),
  resolveStringEvaluation: async (key, fallback, context) =>
    current().resolveStringEvaluation(key, fallback, context),
  resolveNumberEvaluation: async (key, fallback, context) =>
    current().resolveNumberEvaluation(key, fallback, context),
  resolveObjectEvaluation: async (key, fallback, context) =>
    current().resolveObjectEvaluation(key, fallback, context),
})
