// Apps that end badly, as WebAssembly, and zip files that were made to do harm.
import { crc32, deflateRawSync } from 'node:zlib'
import { program } from '@iexec/runtime/test/program'

/** What stands in `/iexec_out`. */
const OUT = '(i32.const 4)'

type BadApp = 'forever' | 'talker' | 'writer' | 'eater' | 'quitter' | 'trap' | 'newlines'

/** Bad apps by what they do. */
export const BAD_APPS: Readonly<Record<BadApp, () => Promise<Uint8Array>>> = {
  forever: async () => program(() => '(loop $more (br $more))'),
  talker: async () => program((place) => `(loop $more (call $print ${place('again and again\n')}) (br $more))`),
  writer: async () =>
    program(
      (place) => `(drop (call $open ${OUT} ${place('huge')} (i32.const 9)))
        (loop $more (drop (call $write (i32.load (i32.const 40)) (i32.const 131072) (i32.const 65536))) (br $more))`,
    ),
  eater: async () =>
    program(
      () => '(loop $more (if (i32.eq (memory.grow (i32.const 256)) (i32.const -1)) (then (unreachable))) (br $more))',
    ),
  quitter: async () => program((place) => `(call $print ${place('I give up\n')}) (call $proc_exit (i32.const 1))`),
  trap: async () => program(() => '(unreachable)'),
  newlines: async () => program((place) => `(drop (call $save ${OUT} ${place('two\nlines.txt')} ${place('42')}))`),
}

/** An entry of a zip file, as its maker wants it: nothing needs to be true. */
type Entry = { readonly name: string; readonly packed: Uint8Array; readonly size: number; readonly crc: number }

/** A zip file with a file that lies outside of its folder. */
export function outsideZip(): Uint8Array {
  const content = Buffer.from('evil')
  return zipOf({ name: '../../evil.txt', packed: deflateRawSync(content), size: content.length, crc: crc32(content) })
}

/** A gigabyte and a bit of zeros in a megabyte; it may say another size. */
export function zipBomb(size: number = 1_100 * 2 ** 20): Uint8Array {
  const megabyte = deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: 3 })
  const packed = Buffer.concat([...Array.from({ length: 1_100 }, () => megabyte), deflateRawSync(Buffer.alloc(0))])
  return zipOf({ name: 'zeros', packed, size, crc: 0 })
}

/** Numbers as a zip file has them, the lowest byte first. */
function words(...values: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  return Buffer.concat(
    values.map(([value, bytes]) => {
      const word = Buffer.alloc(bytes)
      word.writeUIntLE(value, 0, bytes)
      return word
    }),
  )
}

function zipOf({ name, packed, size, crc }: Entry): Uint8Array {
  const title = Buffer.from(name)
  // Version 2.0, deflated, no time.
  const shared = [
    [20, 2],
    [0, 2],
    [8, 2],
    [0, 4],
    [crc, 4],
    [packed.length, 4],
    [size, 4],
    [title.length, 2],
    [0, 2],
  ] as const
  const file = Buffer.concat([words([0x0403_4b50, 4], ...shared), title, packed])
  const directory = Buffer.concat([
    words([0x0201_4b50, 4], [20, 2], ...shared, [0, 2], [0, 2], [0, 2], [0, 4], [0, 4]),
    title,
  ])
  const end = words([0x0605_4b50, 4], [0, 2], [0, 2], [1, 2], [1, 2], [directory.length, 4], [file.length, 4], [0, 2])
  return Buffer.concat([file, directory, end])
}
