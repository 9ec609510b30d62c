// What kind of picture a file really is, and how large: by its first bytes, whatever its name says. For node and browser.

/** A picture. */
export type Picture = { readonly type: 'png' | 'jpeg' | 'webp'; readonly width: number; readonly height: number }

/** A logo has exactly so many pixels on each side. */
export const LOGO_SIDE = 180

/**
 * Reads the kind and the size of a picture; `undefined` for anything else.
 *
 * @example
 * readPicture(bytes) // { type: 'png', width: 180, height: 180 }
 */
export function readPicture(bytes: Uint8Array): Picture | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return readPng(view) ?? readJpeg(view) ?? readWebp(view)
  } catch {
    // It ends too early.
    return undefined
  }
}

/**
 * What is wrong with a logo: one sentence, or nothing.
 *
 * @param name of its file: the ending has to be the real kind
 * @example
 * logoFault('logo.png', bytes) // 'The logo must have 180 × 180 pixels, and has 512 × 512.'
 */
export function logoFault(name: string, bytes: Uint8Array): string | undefined {
  const picture = readPicture(bytes)
  if (picture === undefined) return 'The logo is neither a PNG nor a JPEG nor a WebP picture.'
  const ending = name.split('.').at(-1)?.toLowerCase().replace('jpg', 'jpeg')
  if (ending !== picture.type) return `The logo is called ${name}, and is a picture of type ${picture.type}.`
  const { width, height } = picture
  if (width === LOGO_SIDE && height === LOGO_SIDE) return undefined
  return `The logo must have ${LOGO_SIDE} × ${LOGO_SIDE} pixels, and has ${width} × ${height}.`
}

function readPng(view: DataView): Picture | undefined {
  // The signature, then the chunk IHDR with width and height.
  if (view.getUint32(0) !== 0x89_50_4e_47 || view.getUint32(4) !== 0x0d_0a_1a_0a) return undefined
  return { type: 'png', width: view.getUint32(16), height: view.getUint32(20) }
}

function readJpeg(view: DataView): Picture | undefined {
  if (view.getUint16(0) !== 0xff_d8) return undefined
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at)
    if (marker < 0xff_c0) return undefined
    const isFrame = marker <= 0xff_cf && marker !== 0xff_c4 && marker !== 0xff_c8 && marker !== 0xff_cc
    if (isFrame) return { type: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
  }
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(view: DataView): Picture | undefined {
  if (view.getUint32(0) !== 0x52_49_46_46 || view.getUint32(8) !== 0x57_45_42_50) return undefined
  const form = view.getUint32(12)
  if (form === 0x56_50_38_58) return { type: 'webp', width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 }
  if (form === 0x56_50_38_4c) {
    const bits = view.getUint32(21, true)
    return { type: 'webp', width: (bits & 0x3f_ff) + 1, height: ((bits >>> 14) & 0x3f_ff) + 1 }
  }
  return { type: 'webp', width: view.getUint16(26, true) & 0x3f_ff, height: view.getUint16(28, true) & 0x3f_ff }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
}
