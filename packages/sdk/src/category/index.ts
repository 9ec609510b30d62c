// The verbs of categories, by the short names under which `createIexec` has them.
export { createCategory as create } from './createCategory.ts'
export { countCategories as count, showCategory as show } from './showCategory.ts'
