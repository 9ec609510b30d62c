// What looks at signatures of indexes: loaded when an index says that it is signed, or has to be.
export { checkSignature } from '@iexec/wire/listing'
