// iexec dataset deploy: a file becomes a dataset that has an address.
import { NO_CHECKSUM_HEX } from './checksum.ts'
import type { Command } from '../../command.ts'
import { readAddress, readChecksum, readText } from '../../files/section.ts'
import { deployCommand } from '../asset/register.ts'

export const deployDatasetCommand: Command = deployCommand({
  kind: 'dataset',
  read: (section, { terminal }) => {
    const owner = readAddress(section, 'owner')
    const name = readText(section, 'name')
    const multiaddr = readText(section, 'multiaddr').trim()
    const checksum = readChecksum(section, 'checksum')
    if (checksum === undefined) terminal.warn('It has no checksum: workers will take whatever file they find there.')
    const dataset = { name, multiaddr, checksum: checksum ?? NO_CHECKSUM_HEX }
    return {
      deploy: async (iexec) => iexec.datasets.deploy({ ...dataset, ...(owner === undefined ? {} : { owner }) }),
      rows: [
        ['name', name],
        ['file', multiaddr],
        ['checksum', checksum],
      ],
    }
  },
})
