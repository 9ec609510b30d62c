// Chromium of the tests of pages.
export * from '@iexec/store/test/chromium'
