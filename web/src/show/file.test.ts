import { describe, expect, test } from 'vitest'
import { toCsv, toJson } from './file.ts'

type Row = { readonly name: string; readonly price: number | null }

const columns = [
  { key: 'name', value: ({ name }: Row) => name },
  { key: 'price_nRLC', value: ({ price }: Row) => price },
]

describe('a table as CSV', () => {
  test('has a line of names, and lines end as spreadsheets want it', () => {
    expect(toCsv(columns, [{ name: 'ray', price: 7 }])).toBe('name,price_nRLC\r\nray,7\r\n')
  })

  test('quotes what would break a line or a field, and leaves nothing where there is nothing', () => {
    expect(toCsv(columns, [{ name: 'a "b", c\nd', price: null }])).toBe('name,price_nRLC\r\n"a ""b"", c\nd",\r\n')
  })

  test.each(['=cmd()', '+1', '-1', '@x', '\tx'])('does not let a stranger write the formula %j', (name) => {
    const [, line] = toCsv(columns, [{ name, price: -1 }]).split('\r\n')

    expect(line).toBe(`'${name},-1`)
  })
})

describe('a table as JSON', () => {
  test('has the bare values under the names of the columns', () => {
    expect(JSON.parse(toJson(columns, [{ name: '=ray', price: null }]))).toEqual([{ name: '=ray', price_nRLC: null }])
  })
})
