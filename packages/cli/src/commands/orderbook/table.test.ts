// Tables in a terminal.
import { expect, test } from 'vitest'
import { table } from './table.ts'

type Row = { readonly price: string; readonly tag: string; readonly name: string }
const columns = [
  { title: 'price', isNumber: true, cell: ({ price }: Row) => price },
  { title: 'tag', cell: ({ tag }: Row) => tag },
  { title: 'name', cell: ({ name }: Row) => name },
]

test('numbers end, and texts begin, under each other', () => {
  const rows = [
    { price: '7 nRLC', tag: 'tee', name: 'a' },
    { price: '1.5 RLC', tag: '', name: 'b' },
  ]

  expect(table(columns, rows)).toEqual(['    price  tag  name', '   7 nRLC  tee  a', '  1.5 RLC       b'])
})

test('a column in which nothing stands is left out', () => {
  expect(table(columns, [{ price: '1', tag: '', name: 'a' }])).toEqual(['  price  name', '      1  a'])
})

test('a table without rows is its titles that hold something: none', () => {
  expect(table(columns, [])).toEqual([''])
})

test('what does not fit into the terminal stands under its row, under its title', () => {
  const wide = [...columns.slice(0, 2), { title: 'order', isLong: true, cell: () => '0x1234567890' }]
  const rows = [{ price: '1 RLC', tag: 'tee', name: '' }]

  expect(table(wide, rows, 26)).toEqual(['  price  tag  order', '  1 RLC  tee  0x1234567890'])
  expect(table(wide, rows, 25)).toEqual(['  price  tag', '  1 RLC  tee', '      order  0x1234567890'])
})
