// Prices one option, and writes price.json.
import { readArguments, say, writeFile } from '../../wasi/assembly/program.ts'
import { readOption } from './option.ts'
import { priceOption } from './price.ts'

const option = readOption(readArguments())
const price = priceOption(option)
const fields = [
  field('kind', quoted(option.isCall ? 'call' : 'put')),
  field('style', quoted(option.isAsian ? 'asian' : 'european')),
  field('spot', option.spot.toString()),
  field('strike', option.strike.toString()),
  field('rate', option.rate.toString()),
  field('volatility', option.volatility.toString()),
  field('years', option.years.toString()),
  field('dates', option.dates.toString()),
  field('paths', (option.paths - (option.paths % 2)).toString()),
  field('seed', option.seed.toString()),
  field('price', price.value.mean.toString()),
  field('standardError', price.value.standardError().toString()),
  field('delta', price.delta.mean.toString()),
  field('deltaStandardError', price.delta.standardError().toString()),
]
writeFile('/iexec_out/price.json', String.UTF8.encode('{\n' + fields.join(',\n') + '\n}\n'))
say(price.value.mean.toString() + ' ± ' + price.value.standardError().toString())

function field(name: string, value: string): string {
  return '  ' + quoted(name) + ': ' + value
}

function quoted(text: string): string {
  return '"' + text + '"'
}
