// What a browser may do with a file of a stranger: look at it, but never run it as if it came from this service.

/** Types that a browser only shows. Everything else is saved, not opened. */
const SHOWN: Readonly<Record<string, string>> = {
  txt: 'text/plain; charset=utf-8',
  log: 'text/plain; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  csv: 'text/plain; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  webm: 'video/webm',
}

const SAVED: Readonly<Record<string, string>> = {
  zip: 'application/zip',
  wasm: 'application/wasm',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  pdf: 'application/pdf',
}

/** How a file is sent. */
export type Disposition = { readonly contentType: string; readonly isSaved: boolean }

/**
 * How a file of a name is sent. Pages, scripts and drawings (HTML, XML, SVG, JavaScript) have no type of their own here: they
 * come as bytes to be saved, so that nothing in them runs.
 *
 * @example
 * describeFile('page.html') // { contentType: 'application/octet-stream', isSaved: true }
 */
export function describeFile(name: string): Disposition {
  const extension = /\.([A-Za-z0-9]{1,8})$/u.exec(name)?.[1]?.toLowerCase() ?? ''
  const shown = Object.hasOwn(SHOWN, extension) ? SHOWN[extension] : undefined
  if (shown !== undefined) return { contentType: shown, isSaved: false }
  const saved = Object.hasOwn(SAVED, extension) ? SAVED[extension] : undefined
  return { contentType: saved ?? 'application/octet-stream', isSaved: true }
}

/** The header that names a file, for those that are saved and those that are shown. */
export function dispositionOf(name: string, isSaved: boolean): string {
  const plain = name.replaceAll(/[^\w.~ -]/gu, '_')
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/gu, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `${isSaved ? 'attachment' : 'inline'}; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** Headers of everything that strangers brought: it may run nothing, load nothing and be taken for nothing else. */
export const STRANGER_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
}
