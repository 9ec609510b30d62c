// What workerpools, workers and storages say to each other.
export * from './gateway.ts'
export * from './hello.ts'
export * from './place.ts'
export * from './upload.ts'
