// What a program of these examples does with the world around it: arguments, variables, files below the four folders, and its end.
import {
  args_get,
  args_sizes_get,
  environ_get,
  environ_sizes_get,
  fd_close,
  fd_prestat_dir_name,
  fd_prestat_get,
  fd_read,
  fd_write,
  path_open,
  proc_exit,
} from './wasi_snapshot_preview1.ts'

const STDOUT: i32 = 1
const STDERR: i32 = 2
/** The first folder that a program is given; the others follow. */
const FIRST_FOLDER: i32 = 3
const CREATE_ANEW: i32 = 1 | 8
const MAY_READ: i64 = 1 << 1
const MAY_WRITE: i64 = 1 << 6
const PIECE_BYTES: i32 = 65_536

/** Where calls read and write their numbers: four of 32 bits, at a fixed address, because `abort` needs it before anything is allocated. */
const NUMBERS: usize = memory.data(16)

function addressOf(place: i32): usize {
  return NUMBERS + (place << 2)
}

function numberAt(place: i32): u32 {
  return load<u32>(addressOf(place))
}

/** The arguments of the request, without the program's own name. */
export function readArguments(): string[] {
  args_sizes_get(addressOf(0), addressOf(1))
  const pointers = new StaticArray<usize>(numberAt(0))
  const text = new Uint8Array(numberAt(1))
  args_get(changetype<usize>(pointers), text.dataStart)
  return readTexts(pointers).slice(1)
}

/** A variable of the environment; empty without it. */
export function readVariable(name: string): string {
  environ_sizes_get(addressOf(0), addressOf(1))
  const pointers = new StaticArray<usize>(numberAt(0))
  const text = new Uint8Array(numberAt(1))
  environ_get(changetype<usize>(pointers), text.dataStart)
  const variables = readTexts(pointers)
  for (let place = 0; place < variables.length; place++) {
    if (variables[place].startsWith(name + '=')) return variables[place].substring(name.length + 1)
  }
  return ''
}

function readTexts(pointers: StaticArray<usize>): string[] {
  const texts: string[] = []
  for (let place = 0; place < pointers.length; place++) {
    let end = pointers[place]
    while (load<u8>(end) != 0) end++
    texts.push(String.UTF8.decodeUnsafe(pointers[place], end - pointers[place]))
  }
  return texts
}

/** The paths of the inputs, in the order of the request. */
export function listInputs(): string[] {
  const count = <i32>parseInt(readVariable('IEXEC_INPUT_FILES_NUMBER') || '0')
  const folder = readVariable('IEXEC_INPUT_FILES_FOLDER')
  const paths: string[] = []
  for (let place = 1; place <= count; place++) {
    paths.push(folder + '/' + readVariable('IEXEC_INPUT_FILE_NAME_' + place.toString()))
  }
  return paths
}

/** All bytes of a file; ends the program when it cannot be read. */
export function readFile(path: string): ArrayBuffer {
  const file = open(path, 0, MAY_READ)
  let bytes = new Uint8Array(PIECE_BYTES)
  let filled = 0
  for (;;) {
    if (filled == bytes.length) {
      const longer = new Uint8Array(2 * filled)
      longer.set(bytes)
      bytes = longer
    }
    store<u32>(addressOf(0), <u32>(bytes.dataStart + filled))
    store<u32>(addressOf(1), bytes.length - filled)
    const fault = fd_read(file, addressOf(0), 1, addressOf(2))
    if (fault != 0) fail('cannot read ' + path + ': error ' + fault.toString())
    if (numberAt(2) == 0) break
    filled += numberAt(2)
  }
  fd_close(file)
  return bytes.buffer.slice(0, filled)
}

/** Writes a file anew; ends the program when it cannot be written. */
export function writeFile(path: string, content: ArrayBuffer): void {
  const file = open(path, CREATE_ANEW, MAY_WRITE)
  const fault = writeTo(file, content)
  if (fault != 0) fail('cannot write ' + path + ': error ' + fault.toString())
  fd_close(file)
}

/** Writes a line to stdout. */
export function say(line: string): void {
  writeTo(STDOUT, String.UTF8.encode(line + '\n'))
}

/** Says why on stderr, and ends the program with exit code 1. */
export function fail(why: string): void {
  writeTo(STDERR, String.UTF8.encode(why + '\n'))
  proc_exit(1)
}

/** What the compiler calls where a rule of the language is broken: an index out of range, an allocation that is too large. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message == null ? 'aborted' : message
  const where = file == null ? 'the program' : file
  fail(what + ' in ' + where + ':' + line.toString() + ':' + column.toString())
}

function writeTo(file: i32, content: ArrayBuffer): i32 {
  let done: u32 = 0
  while (done < <u32>content.byteLength) {
    store<u32>(addressOf(0), <u32>changetype<usize>(content) + done)
    store<u32>(addressOf(1), content.byteLength - done)
    const fault = fd_write(file, addressOf(0), 1, addressOf(2))
    if (fault != 0) return fault
    done += numberAt(2)
  }
  return 0
}

/** Opens a path below the folder, among those given, that it begins with. */
function open(path: string, how: i32, rights: i64): i32 {
  for (let folder = FIRST_FOLDER; fd_prestat_get(folder, addressOf(0)) == 0; folder++) {
    const name = new ArrayBuffer(numberAt(1))
    fd_prestat_dir_name(folder, changetype<usize>(name), name.byteLength)
    const start = String.UTF8.decode(name) + '/'
    if (!path.startsWith(start)) continue
    const rest = String.UTF8.encode(path.substring(start.length))
    const at = changetype<usize>(rest)
    const fault = path_open(folder, 0, at, rest.byteLength, how, rights, 0, 0, addressOf(0))
    if (fault != 0) fail('cannot open ' + path + ': error ' + fault.toString())
    return <i32>numberAt(0)
  }
  fail('cannot open ' + path + ': no such folder was given')
  return -1
}
