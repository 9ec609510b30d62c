// Reads which program loader an executable of Linux asks for: who has none is linked statically.

const MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46])
/** Program header of the kind PT_INTERP: the path of the loader. */
const INTERPRETER = 3

/**
 * Returns the loader of a 64-bit little-endian ELF file, such as `/lib64/ld-linux-x86-64.so.2` for glibc or
 * `/lib/ld-musl-x86_64.so.1` for musl; `undefined` when it is linked statically; `not-elf` for anything else, also scripts.
 *
 * @param file the whole file, or its beginning: what lies behind the end is taken as not there
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html
 *
 * @example
 * readLoader(readFileSync('/usr/bin/env')) // '/lib64/ld-linux-x86-64.so.2'
 */
export function readLoader(file: Buffer): string | 'not-elf' | undefined {
  const isElf64 = file.length >= 64 && file.subarray(0, 4).equals(MAGIC) && file[4] === 2 && file[5] === 1
  if (!isElf64) return 'not-elf'
  const start = Number(file.readBigUInt64LE(32))
  const size = file.readUInt16LE(54)
  const count = file.readUInt16LE(56)
  for (let header = start, left = count; left > 0; header += size, left -= 1) {
    if (header + 40 > file.length) return undefined
    if (file.readUInt32LE(header) !== INTERPRETER) continue
    const from = Number(file.readBigUInt64LE(header + 8))
    const length = Number(file.readBigUInt64LE(header + 32))
    return file.toString('latin1', from, Math.min(from + length, file.length)).replace(/\0.*$/su, '')
  }
  return undefined
}
