// Where a browser finds the file of an asset. What stands there was written by strangers.

/**
 * A link to a file: through the gateway of the market where it is a path of IPFS, or the link itself.
 *
 * @returns undefined for everything that is no file for a browser, such as an image of a registry
 * @example
 * linkOf('/ipfs/Qm…', 'http://localhost:8080') // 'http://localhost:8080/ipfs/Qm…'
 * linkOf('docker.io/library/alpine', 'http://localhost:8080') // undefined
 */
export function linkOf(multiaddr: string, storageUrl: string): string | undefined {
  const [, path] = /^\/(?:ipfs|p2p)\/([A-Za-z0-9]+(?:\/[\w.~-]+)*)$/u.exec(multiaddr) ?? []
  if (path !== undefined) return `${storageUrl.replace(/\/$/u, '')}/ipfs/${path}`
  if (!/^https?:\/\//iu.test(multiaddr)) return undefined
  return URL.canParse(multiaddr) ? new URL(multiaddr).href : undefined
}
