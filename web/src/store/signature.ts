// What looks at signatures of indexes, and at the files that they cover: loaded when an index says that it is signed, or has to be.
export { checkSignature, nameFile } from '@iexec/wire/listing'
