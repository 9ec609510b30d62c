// Listings of stores: what they say, and how they are read. Without zod; `@iexec/wire/listing/schema` is for whoever writes them.
export * from './inputFault.ts'
export * from './listing.ts'
export * from './nameFile.ts'
export * from './picture.ts'
export * from './readIndex.ts'
export * from './readListing.ts'
export * from './signature.ts'
