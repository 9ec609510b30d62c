// One page for people that says how a service is: no scripts, nothing from elsewhere, all text escaped.
import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'

/** What may stand in a cell: shown as its text. */
export type StatusText = string | number | bigint

/** One part of the page. */
export type StatusSection = {
  readonly heading: string
  /** Names and values, one under the other. */
  readonly facts?: readonly (readonly [name: string, value: StatusText])[]
  readonly table?: StatusTable
}

/** Rows under names of columns. */
export type StatusTable = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly StatusText[])[]
  /** What stands there when there are no rows; `none` when left out. */
  readonly empty?: string
}

/** What a service says of itself. */
export type StatusPage = {
  readonly title: string
  /** Whether all is as it should be. */
  readonly ok: boolean
  /** One sentence: what it does at the moment, or what it waits for. */
  readonly summary: string
  readonly sections: readonly StatusSection[]
}

const REFRESH_SECONDS = 5

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
.ok::before, .not::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .6em; }
.ok::before { background: #1a8f4a; } .not::before { background: #c2410c; }
table { border-collapse: collapse; width: 100%; } .scroll { overflow-x: auto; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #8884; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; } tbody th { font-weight: 400; opacity: .75; width: 16rem; }
td { font-variant-numeric: tabular-nums; } footer { margin-top: 2rem; opacity: .6; font-size: .85rem; }
`

/** Headers of the page: it may load nothing and run nothing; only its own style, known by its hash. */
export const STATUS_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/**
 * Writes the page. It loads itself anew every 5 seconds.
 *
 * @param made when, for its foot
 * @example
 * await renderStatus({ title: 'Keeper', ok: true, summary: 'It follows the chain.', sections: [] }, new Date())
 */
export async function renderStatus({ title, ok, summary, sections }: StatusPage, made: Date): Promise<string> {
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="${REFRESH_SECONDS}" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <h1 class="${ok ? 'ok' : 'not'}">${title}</h1>
        <p>${summary}</p>
        ${sections.map(renderSection)}
        <footer>As of ${made.toISOString()}; this page loads itself anew.</footer>
      </body>
    </html>`
  return page.toString()
}

type Html = ReturnType<typeof html>

function renderSection({ heading, facts, table }: StatusSection): Html {
  return html`<h2>${heading}</h2>
    ${
      facts === undefined
        ? ''
        : html`<div class="scroll">
            <table>
              <tbody>
                ${facts.map(
                  ([name, value]) =>
                    html`<tr>
                      <th scope="row">${name}</th>
                      <td>${String(value)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    ${table === undefined ? '' : renderTable(table)}`
}

function renderTable({ columns, rows, empty = 'none' }: StatusTable): Html {
  if (rows.length === 0) return html`<p>${empty}</p>`
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${String(cell)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
