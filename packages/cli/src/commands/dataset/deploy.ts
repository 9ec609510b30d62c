// iexec dataset deploy: a file becomes a dataset that has an address.
import { NO_CHECKSUM_HEX } from './checksum.ts'
import type { Command } from '../../command.ts'
import { readAddress, readChecksum, readText } from '../../files/section.ts'
import { deployCommand } from '../asset/register.ts'
import { readLocalFile, storeFile } from './localFile.ts'

export const deployDatasetCommand: Command = deployCommand({
  kind: 'dataset',
  also: 'A file of this project is stored first, where workers find it, and its checksum is computed.',
  read: async (section, { terminal, signal }) => {
    const owner = readAddress(section, 'owner')
    const name = readText(section, 'name')
    const multiaddr = readText(section, 'multiaddr').trim()
    const given = readChecksum(section, 'checksum')
    const file = await readLocalFile(multiaddr, given)
    const checksum = file?.checksum ?? given
    if (checksum === undefined) terminal.warn('It has no checksum: workers will take whatever file they find there.')
    const dataset = { name, checksum: checksum ?? NO_CHECKSUM_HEX, ...(owner === undefined ? {} : { owner }) }
    return {
      deploy: async (iexec) => {
        const place = file === undefined ? multiaddr : await storeFile(iexec, file, signal)
        return iexec.datasets.deploy({ ...dataset, multiaddr: place })
      },
      rows: [
        ['name', name],
        ['file', multiaddr],
        ['checksum', checksum],
      ],
    }
  },
})
