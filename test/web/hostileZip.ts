// Archives that no worker would make: what a storage that lies may answer instead of a result.
import { crc32, deflateRawSync } from 'node:zlib'

/** A file of an archive, and what the archive says of it. */
export type Packed = {
  readonly name: string
  readonly content: Uint8Array
  /** Bytes when unpacked, as the archive says; the truth when left out. */
  readonly saidSize?: number
}

/**
 * An archive of these files, under whatever names.
 *
 * @example
 * packZip([{ name: '../../etc/passwd', content: Buffer.from('x') }])
 */
export function packZip(files: readonly Packed[]): Buffer<ArrayBuffer> {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, content, saidSize = content.length } of files) {
    const packed = deflateRawSync(content)
    const title = Buffer.from(name)
    const same = Buffer.alloc(26)
    same.writeUInt16LE(20, 0)
    same.writeUInt16LE(0x08_00, 2)
    same.writeUInt16LE(8, 4)
    same.writeUInt32LE(crc32(content), 10)
    same.writeUInt32LE(packed.length, 14)
    same.writeUInt32LE(saidSize, 18)
    same.writeUInt16LE(title.length, 22)
    parts.push(Buffer.from('PK\u0003\u0004', 'latin1'), same, title, packed)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), same, rest, title)
    at += 30 + title.length + packed.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, list, Buffer.from('PK\u0005\u0006', 'latin1'), end])
}
