import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readIp4, readIp6, writeIp4, writeIp6 } from './ip.ts'

// From RFC 5952: the left form is read, the right one written.
test.each([
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:DB8::AB', '2001:db8::ab'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
])('IPv6 %s is written %s', (text, written) => {
  const bytes = readIp6(text)

  expect(bytes?.length).toBe(16)
  expect(writeIp6(bytes ?? new Uint8Array())).toBe(written)
})

test.each([
  '',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4::5:6:7:8',
  '12345::',
  'g::',
  '1:2:3:4:5:6:7:192.0.2.1',
  '192.0.2.1::',
  '::192.0.2.1:1',
  '::1%eth0',
  ' ::1',
])('"%s" is no IPv6 address', (text) => {
  expect(readIp6(text)).toBeUndefined()
})

test.each(['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.-4', '1.2.3.4 ', '1e1.2.3.4'])(
  '"%s" is no IPv4 address',
  (text) => {
    expect(readIp4(text)).toBeUndefined()
  },
)

test('addresses come back', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat({ max: 255 }), (ip4, ip6, mask) => {
      const sparse = ip6.map((byte, index) => ((mask >> (index >> 1)) & 1 ? byte : 0))

      expect(writeIp4(readIp4(ip4) ?? new Uint8Array())).toBe(ip4)
      expect(readIp6(writeIp6(sparse))).toEqual(sparse)
    }),
  )
})
