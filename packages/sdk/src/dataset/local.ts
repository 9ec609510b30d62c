// What is done with files of datasets without any market, by the short names under which `createIexec` has it.
export {
  computeChecksum,
  decryptDataset as decrypt,
  decryptDatasetStream as decryptStream,
  encryptDataset as encrypt,
  encryptDatasetStream as encryptStream,
  generateDatasetKey as generateKey,
} from './encryptDataset.ts'
