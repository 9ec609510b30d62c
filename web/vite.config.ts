// Builds the site: one shell of static files, which reads beside itself (config.json) which market it shows.
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type UserConfig } from 'vite'

const config: UserConfig = defineConfig({
  // Every address is relative to the <base> of the page, so that one build serves any folder of any host.
  base: './',
  plugins: [tailwindcss()],
  build: {
    target: 'es2024',
    // The policy of the page allows no data: scripts, and few inline things are worth their weight.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Libraries mark their files for servers that render; here there is none.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    manifest: true,
  },
})

export default config
