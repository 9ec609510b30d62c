// Map: counts the words and links of the input files. Reduce: adds up such counts. Either way, tally.tsv is what comes out.
import { fail, listInputs, readArguments, readFile, say, writeFile } from '../../wasi/assembly/program.ts'
import { countDocument } from './document.ts'
import { Tally } from './tally.ts'

const words = readArguments()
const inputs = listInputs()
const tally = new Tally()
if (words.length > 0 && words[0] == 'map') map(words.slice(1))
else if (words.length == 3 && words[0] == 'reduce') reduce(readCount(words[1]), readCount(words[2]))
else fail('map with the names of the input files, or reduce with the number of a part and of all parts, is expected.')
writeFile('/iexec_out/tally.tsv', String.UTF8.encode(tally.toString()))
say(words[0] + ' of ' + inputs.length.toString() + ' files')

function map(names: string[]): void {
  if (names.length != inputs.length)
    fail(names.length.toString() + ' names for ' + inputs.length.toString() + ' input files')
  for (let place = 0; place < inputs.length; place++) countDocument(tally, names[place], readText(inputs[place]))
}

function reduce(part: u32, parts: u32): void {
  if (part >= parts) fail('there is no part ' + part.toString() + ' of ' + parts.toString())
  for (let place = 0; place < inputs.length; place++) tally.addLines(readText(inputs[place]), part, parts)
}

function readText(path: string): string {
  return String.UTF8.decode(readFile(path))
}

function readCount(word: string): u32 {
  const read = parseInt(word)
  if (!(read >= 0 && read < 1_000_000)) fail(word + ' is no number of a part')
  return <u32>read
}
