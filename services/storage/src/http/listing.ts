// A folder as a page without scripts, or as JSON.
import { html } from 'hono/html'
import type { FolderEntry } from '../content/find.ts'

/** Lines of a folder that are shown; whoever needs more asks for the blocks. */
const MOST_LINES = 10_000

/** The lines of a folder, and whether there are more. */
export type Listing = { readonly entries: readonly FolderEntry[]; readonly isCut: boolean }

/** Collects the lines of a folder. */
export async function listLines(entries: AsyncIterable<FolderEntry>): Promise<Listing> {
  const lines: FolderEntry[] = []
  for await (const entry of entries) {
    if (lines.length === MOST_LINES) return { entries: lines, isCut: true }
    lines.push(entry)
  }
  return { entries: lines, isCut: false }
}

/** As JSON: sizes are those of all blocks below, as text. */
export function listingAsJson(path: string, { entries, isCut }: Listing): object {
  return {
    ok: true,
    path,
    isCut,
    entries: entries.map(({ name, cid, size }) => ({ name, cid: cid.toString(), size: size.toString() })),
  }
}

/** As a page; names are text of strangers. */
export async function listingAsPage(path: string, { entries, isCut }: Listing): Promise<string> {
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${path}</title>
      </head>
      <body>
        <h1>${path}</h1>
        <table>
          <tbody>
            ${entries.map(
              ({ name, cid, size }) =>
                html`<tr>
                  <td><a href="${path}/${encodeURIComponent(name)}">${name}</a></td>
                  <td>${size.toString()}</td>
                  <td>${cid.toString()}</td>
                </tr>`,
            )}
          </tbody>
        </table>
        ${isCut ? html`<p>There are more than ${MOST_LINES}.</p>` : ''}
      </body>
    </html>`
  return page.toString()
}
