// Writes the layers of test images: archives of a few files, with the same bytes for the same content.

/** What stands in a layer. A path has no leading slash; one that ends with `/` is a directory. */
export type LayerEntry = {
  readonly path: string
  readonly content?: string | Buffer
  /** Makes it a symbolic link. */
  readonly linkTo?: string
  /** Permissions; 0o755 unless told. */
  readonly mode?: number
}

const BLOCK = 512

/**
 * Packs entries as a tar archive (POSIX ustar), owned by root, at the time 0.
 *
 * @example
 * packTar([{ path: 'bin/' }, { path: 'bin/hello', content: '#!/bin/sh\necho hello\n' }])
 */
export function packTar(entries: readonly LayerEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '')
    return [headerOf(entry, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1))]
  })
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)])
}

function headerOf({ path, linkTo, mode = 0o755 }: LayerEntry, size: number): Buffer {
  const header = Buffer.alloc(BLOCK)
  const kind = linkTo === undefined ? (path.endsWith('/') ? '5' : '0') : '2'
  header.write(path, 0)
  header.write(octal(mode, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(size, 11), 124)
  header.write(octal(0, 11), 136)
  header.write(' '.repeat(8), 148)
  header.write(kind, 156)
  header.write(linkTo ?? '', 157)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`
}
