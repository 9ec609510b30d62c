// One PostgreSQL for all test files of the storage.
export { setup } from '@iexec/service/test/globalSetup'
