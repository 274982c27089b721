import { defineConfig } from 'vite'
import { compressAssets } from './compress-assets.ts'

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [compressAssets()],
  // `vite build` makes both: what browsers load, and what the server writes into the page.
  builder: {},
  build: {
    target: 'es2022',
    // The page's content security policy takes no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  environments: {
    ssr: {
      resolve: { noExternal: true },
      build: {
        outDir: 'dist-server',
        copyPublicDir: false,
        rollupOptions: { input: ['src/plain/render-plain.tsx', 'src/plain/render-missing.tsx'] },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: 'http://127.0.0.1:3000', ws: true } },
  },
})
