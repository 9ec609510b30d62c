// What kind of app a registry names.

/**
 * The kind of app that the type of its registration means, in capitals or not; `undefined` for a type that no worker runs.
 *
 * @example
 * findAppType('docker') // 'DOCKER'
 * findAppType('JAR') // undefined
 */
export function findAppType(type: string): 'DOCKER' | 'WASM' | undefined {
  const name = type.toUpperCase()
  return name === 'DOCKER' || name === 'WASM' ? name : undefined
}
