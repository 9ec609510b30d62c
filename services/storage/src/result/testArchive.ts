// Archives for tests.
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/** How an archive is made. */
export type ArchiveForm = { readonly isStreamed?: boolean; readonly mode?: number; readonly compress?: boolean }

/** An archive of these files, as a worker makes it. */
export async function makeArchive(
  files: Readonly<Record<string, string | Uint8Array>>,
  { isStreamed = false, mode = 0o10_0644, compress = true }: ArchiveForm = {},
): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const options = { mtime: new Date(315_532_800_000), mode, compress }
    if (isStreamed) zip.addReadStream(Readable.from([bytes]), name, options)
    else zip.addBuffer(bytes, name, options)
  }
  zip.end()
  return buffer(zip.outputStream)
}
