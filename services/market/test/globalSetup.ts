// One PostgreSQL for all test files of the market.
export { setup } from '@iexec/service/test/globalSetup'
