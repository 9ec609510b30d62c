// Writes pixels as PNG. They are stored, not compressed: whoever joins the tiles compresses the whole.

const STORED_MOST: i32 = 65_535
const table = new StaticArray<u32>(256)
let bytes: Uint8Array = new Uint8Array(0)
let end: i32 = 0

/** A PNG of 8 bits each of red, green and blue, from rows of pixels. */
export function encodePng(pixels: Uint8Array, width: i32, height: i32): ArrayBuffer {
  fillTable()
  // Before each row stands how it was filtered: not at all.
  const row = 3 * width + 1
  const raw = new Uint8Array(row * height)
  for (let y = 0; y < height; y++) {
    memory.copy(raw.dataStart + y * row + 1, pixels.dataStart + 3 * y * width, 3 * width)
  }
  const blocks = (raw.length + STORED_MOST - 1) / STORED_MOST
  bytes = new Uint8Array(8 + 25 + 12 + 6 + raw.length + 5 * blocks + 12)
  end = 0
  put32(0x89504e47)
  put32(0x0d0a1a0a)
  const header = begin(13, 0x49484452)
  put32(width)
  put32(height)
  put32(0x08020000)
  put8(0)
  close(header)
  const data = begin(6 + raw.length + 5 * blocks, 0x49444154)
  putZlib(raw)
  close(data)
  close(begin(0, 0x49454e44))
  return bytes.buffer
}

function putZlib(raw: Uint8Array): void {
  put8(0x78)
  put8(0x01)
  for (let from = 0; from < raw.length; from += STORED_MOST) {
    const length = min(STORED_MOST, raw.length - from)
    put8(from + length == raw.length ? 1 : 0)
    put16(length)
    put16(~length)
    memory.copy(bytes.dataStart + end, raw.dataStart + from, length)
    end += length
  }
  let a: u32 = 1
  let b: u32 = 0
  for (let place = 0; place < raw.length; place++) {
    a = (a + raw[place]) % 65_521
    b = (b + a) % 65_521
  }
  put32((b << 16) | a)
}

/** Begins a part, and returns where its checksum begins. */
function begin(length: i32, kind: u32): i32 {
  put32(length)
  put32(kind)
  return end - 4
}

function close(from: i32): void {
  let sum: u32 = 0xffffffff
  for (let place = from; place < end; place++) sum = table[(sum ^ bytes[place]) & 255] ^ (sum >> 8)
  put32(~sum)
}

function fillTable(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let sum = byte
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) == 1 ? 0xedb88320 ^ (sum >> 1) : sum >> 1
    table[byte] = sum
  }
}

function put8(value: u32): void {
  bytes[end++] = <u8>value
}

/** As zlib has its lengths: the lower byte first. */
function put16(value: u32): void {
  put8(value & 255)
  put8((value >> 8) & 255)
}

/** As PNG has its numbers: the highest byte first. */
function put32(value: u32): void {
  put8(value >> 24)
  put8((value >> 16) & 255)
  put8((value >> 8) & 255)
  put8(value & 255)
}
