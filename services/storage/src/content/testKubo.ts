// How kubo makes content identifiers, written down a second time and by hand: what the tests compare the import with.
import { createHash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import { decode } from 'multiformats/hashes/digest'

/** A node: its bytes, and the bytes of it and all below. */
type Node = { readonly bytes: Buffer; readonly total: number; readonly fileSize: number }

const CHUNK = 262_144
const LINKS = 174

/** The content identifier of a file. */
export function cidOfFile(content: Uint8Array): string {
  return cidOf(fileNode(content))
}

/** The content identifier of a folder of files. */
export function cidOfFolder(files: Readonly<Record<string, Uint8Array>>): string {
  const names = Object.keys(files).toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  const links = names.map((name) => [name, fileNode(files[name] ?? new Uint8Array())] as const)
  return cidOf({ bytes: pbNode(links, Buffer.from([0x08, 0x01])), total: 0, fileSize: 0 })
}

function fileNode(content: Uint8Array): Node {
  const chunks = Array.from({ length: Math.max(1, Math.ceil(content.length / CHUNK)) }, (_, index) =>
    content.subarray(index * CHUNK, (index + 1) * CHUNK),
  )
  let level = chunks.map((chunk) => leaf(chunk))
  while (level.length > 1) {
    const parents = Array.from({ length: Math.ceil(level.length / LINKS) }, (_, index) =>
      parent(level.slice(index * LINKS, (index + 1) * LINKS)),
    )
    level = parents
  }
  const [root] = level
  if (root === undefined) throw new Error('There is no root.')
  return root
}

function leaf(chunk: Uint8Array): Node {
  const data = chunk.length === 0 ? [] : [field(2, 2), varint(chunk.length), Buffer.from(chunk)]
  const bytes = pbNode([], Buffer.concat([Buffer.from([0x08, 0x02]), ...data, field(3, 0), varint(chunk.length)]))
  return { bytes, total: bytes.length, fileSize: chunk.length }
}

function parent(children: readonly Node[]): Node {
  const fileSize = children.reduce((sum, child) => sum + child.fileSize, 0)
  const sizes = children.flatMap((child) => [field(4, 0), varint(child.fileSize)])
  const data = Buffer.concat([Buffer.from([0x08, 0x02]), field(3, 0), varint(fileSize), ...sizes])
  const bytes = pbNode(
    children.map((child) => ['', child] as const),
    data,
  )
  return { bytes, total: bytes.length + children.reduce((sum, child) => sum + child.total, 0), fileSize }
}

function pbNode(links: readonly (readonly [name: string, node: Node])[], data: Buffer): Buffer {
  const written = links.map(([name, node]) => {
    const hash = multihash(node.bytes)
    const link = Buffer.concat([
      field(1, 2),
      varint(hash.length),
      hash,
      field(2, 2),
      varint(Buffer.byteLength(name)),
      Buffer.from(name),
      field(3, 0),
      varint(node.total),
    ])
    return Buffer.concat([field(2, 2), varint(link.length), link])
  })
  return Buffer.concat([...written, field(1, 2), varint(data.length), data])
}

function field(number: number, type: number): Buffer {
  return Buffer.from([(number << 3) | type])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Buffer.from([...bytes, rest])
}

function multihash(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x12, 0x20]), createHash('sha256').update(bytes).digest()])
}

function cidOf({ bytes }: Node): string {
  return CID.createV0(decode(multihash(bytes)) as Parameters<typeof CID.createV0>[0]).toString()
}
