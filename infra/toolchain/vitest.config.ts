import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..', '..')

export default defineConfig({
  root,
  test: {
    include: ['{apps,packages,infra}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**', '.toolchain/**', '.data/**'],
    globalSetup: ['packages/testing/src/global-setup.ts'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    maxWorkers: 4,
    // Each file loads only what those before it have not: a fifth less to compute, on machines with few cores.
    isolate: false,
    reporters: ['default', 'infra/toolchain/closing-line.ts'],
  },
})
