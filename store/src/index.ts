// What node does for the site: the shell, and its server.
export { findNetwork, parseNetwork, type LocalNetwork } from './chain/chains.ts'
export { listExamples } from './registry/listNetwork.ts'
export { findShell } from './shell/shell.ts'
export { serveSite, type Serving } from './serve/serve.ts'
export { parseSiteConfig, readSiteConfig, CONFIG_FILE, type SiteChain, type SiteConfig } from './site/config.ts'
