// The verbs of secrets, by the short names under which `createIexec` has them.
export {
  checkAppSecret as checkApp,
  checkDatasetSecret as checkDataset,
  pushAppSecret as pushApp,
  pushDatasetSecret as pushDataset,
} from './assetSecret.ts'
export { checkRequesterSecret as checkRequester, pushRequesterSecret as pushRequester } from './requesterSecret.ts'
