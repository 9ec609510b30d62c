// One PostgreSQL for all test files of the keeper.
export { setup } from '@iexec/service/test/globalSetup'
