// PostgreSQL for the tests of this package.
export { setup } from '@iexec/service/test/globalSetup'
