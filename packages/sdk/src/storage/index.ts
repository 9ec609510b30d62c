// The verbs of storage, by the short names under which `createIexec` has them.
export { addFile as add, addFiles } from './addFiles.ts'
export { fetchFile as fetch, hasFile as has, openFile as open } from './fetchFile.ts'
export { checkStorageToken as checkToken, pushStorageToken as pushToken } from './storageToken.ts'
