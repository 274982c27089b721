import { registerHooks } from 'node:module'

const resolved = new Set<string>()
registerHooks({
  resolve(specifier, context, next) {
    resolved.add(specifier)
    return next(specifier, context)
  },
})

const { startTracing, withSpan } = await import('../../src/index.ts')
const { createLog } = await import('@shardlight/service')
await using _ = await startTracing({
  environment: process.env,
  process: { name: 'nothing' },
  log: createLog({ name: 'nothing', level: 'silent' }),
})
await withSpan('work', {}, async () => {})
console.log([...resolved].filter(name => name.startsWith('@opentelemetry/')).join(' '))
