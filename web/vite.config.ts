// Builds the site: one shell of static files, which reads beside itself (config.json) which market it shows.
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type UserConfig } from 'vite'

/** What every page stands on is one file: it compresses better than twenty. */
const FRAME = {
  name: 'frame',
  test: /node_modules[\\/](?:react|react-dom|scheduler|@tanstack)[\\/]/u,
}

/**
 * What every page needs of our own is another one, which changes more often than that. It has all but where the site begins: what were
 * left there, such as an icon, it would wait for, and that for it.
 */
const SITE = {
  name: 'site',
  test: /web[\\/]src[\\/](?!main\.).*\.tsx?$|node_modules[\\/]lucide-react[\\/]/u,
  tags: ['$initial' as const],
  includeDependenciesRecursively: false,
}

/** Small functions that pages need of what only the SDK needs as a whole: by themselves, they do not bring the rest along. */
const BYTES = {
  name: 'bytes',
  test: /viem[\\/]_esm[\\/]utils[\\/](?:hash[\\/]sha256|data[\\/]concat)|hashes[\\/]esm[\\/](?:sha2|sha256|_md)\.js/u,
  includeDependenciesRecursively: false,
}

/** What finds out who signed an index, before a store shows it: without all else that signs and sends. */
const RECOVER = {
  name: 'recover',
  test: /viem[\\/]_esm[\\/](?:utils[\\/]signature[\\/]recover(?:Address|PublicKey)|accounts[\\/]utils[\\/]publicKeyToAddress)\.js/u,
  includeDependenciesRecursively: false,
}

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
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      output: { codeSplitting: { groups: [FRAME, SITE, BYTES, RECOVER] } },
    },
    manifest: true,
    // Those of the libraries ask to be passed on with every copy of the site.
    license: { fileName: 'licenses.md' },
  },
})

export default config
