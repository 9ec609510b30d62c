// For whoever writes listings: strict readers of their files, by zod.
export * from './listingFault.ts'
export * from './listingSchema.ts'
