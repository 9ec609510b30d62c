// The page on which the API can be read and tried: Swagger UI, served from here, so that no foreign host hears of it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** One file of the page. */
export type DocsFile = { readonly content: string; readonly type: string }

const require = createRequire(import.meta.url)

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>iExec market</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`

const START = `SwaggerUIBundle({ url: new URL('openapi.json', document.baseURI).href, dom_id: '#api', validatorUrl: null })\n`

/** Headers of the page: it may only talk to the server that it came from. */
export const DOCS_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

const FILES: Readonly<Record<string, () => DocsFile>> = {
  '': () => ({ content: PAGE, type: 'text/html; charset=utf-8' }),
  'start.js': () => ({ content: START, type: 'text/javascript; charset=utf-8' }),
  'swagger-ui.css': () => ({ content: fromPackage('swagger-ui.css'), type: 'text/css; charset=utf-8' }),
  'swagger-ui-bundle.js': () => ({
    content: fromPackage('swagger-ui-bundle.js'),
    type: 'text/javascript; charset=utf-8',
  }),
}

const kept = new Map<string, DocsFile>()

/**
 * A file of the page by its name; `''` is the page itself.
 *
 * @returns `undefined` when it has no such file
 */
export function docsFile(name: string): DocsFile | undefined {
  if (!Object.hasOwn(FILES, name)) return undefined
  const file = kept.get(name) ?? FILES[name]?.()
  if (file !== undefined) kept.set(name, file)
  return file
}

function fromPackage(name: string): string {
  return readFileSync(require.resolve(`swagger-ui-dist/${name}`), 'utf8')
}
