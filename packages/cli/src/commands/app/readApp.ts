// The app that iexec.json describes: everything that can be wrong with it is found before anything is asked.
import type { Address, Hex } from 'viem'
import { readAddress, readChecksum, readPrice, readText, wrongValue, type Section } from '../../files/section.ts'
import { TEMPLATE_IMAGE } from './init.ts'
import { readEnclave } from './readEnclave.ts'

/** An app as its owner described it. */
export type DescribedApp = {
  /** The wallet when nobody is named. */
  readonly owner: Address | undefined
  readonly name: string
  readonly type: 'DOCKER' | 'WASM'
  /** As it was written: an image; a URL, an /ipfs path or a file. */
  readonly multiaddr: string
  /** Absent when it is to be found out. */
  readonly checksum: Hex | undefined
  readonly mrenclave: Hex | undefined
  /** nRLC for a run; absent when nothing is said: then it is not for sale. */
  readonly price: bigint | undefined
}

/**
 * Reads the section `app` of iexec.json.
 *
 * @throws CliError `BadFile` with file, key and value
 */
export function readApp(section: Section): DescribedApp {
  const multiaddr = readText(section, 'multiaddr').trim()
  return {
    owner: readAddress(section, 'owner'),
    name: readText(section, 'name'),
    type: readType(section),
    multiaddr,
    checksum: checksumOf(multiaddr, readChecksum(section, 'checksum')),
    mrenclave: readEnclave(section),
    price: readPrice(section, 'price'),
  }
}

/** Whoever writes his own image over that of the template often leaves its checksum, which is of another image then. */
function checksumOf(multiaddr: string, checksum: Hex | undefined): Hex | undefined {
  const isLeftOver = checksum === TEMPLATE_IMAGE.checksum && multiaddr !== TEMPLATE_IMAGE.multiaddr
  return isLeftOver ? undefined : checksum
}

function readType({ place, values }: Section): 'DOCKER' | 'WASM' {
  const given = values['type'] ?? 'DOCKER'
  if (given === 'DOCKER' || given === 'WASM') return given
  throw wrongValue(`${place}.type`, given, '"DOCKER" or "WASM"')
}
