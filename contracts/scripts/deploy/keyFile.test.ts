// The file with the key that pays for a deployment.
import { join } from 'node:path'
import * as Keystore from 'ox/Keystore'
import { describe, expect, test } from 'vitest'
import { KEY, deployWith, folder, refusedWith, write } from './testing.ts'

describe('the key file', () => {
  test('of somebody who cannot pay is refused with what there is and about what is needed', async () => {
    write('poor', `0x${'11'.repeat(32)}`)

    const { code, out, err } = await deployWith('--key-file', 'poor')

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      /^0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A has 0 of the chain's coin, and deploying needs about 0\.\d+\.\n$/u,
    )
  })

  test('that is not there, or is a directory, is refused', async () => {
    expect(await deployWith('--key-file', 'no-key')).toEqual(
      refusedWith(`Cannot read ${join(folder, 'no-key')}: no such file or directory.`),
    )
    expect(await deployWith('--key-file', '.')).toEqual(refusedWith(`Cannot read ${folder}: it is a directory.`))
  })

  test.each(['0640', '0604', '0610', '0601', '0644', '0666'])(
    'of mode %s is refused, as others may use it',
    async (mode) => {
      const path = write('open', KEY, Number.parseInt(mode, 8))

      expect(await deployWith('--key-file', 'open')).toEqual(
        refusedWith(`Others than you may use ${path} (its mode is ${mode}): run "chmod 600 ${path}" first.`),
      )
    },
  )

  test('of mode 0400 is taken', async () => {
    write('closed', KEY, 0o400)

    expect(await deployWith('--key-file', 'closed')).toMatchObject({ code: 0 })
  })

  const whole = Keystore.encrypt(KEY, ...Keystore.pbkdf2({ password: 'open sesame', iterations: 16 }))

  test.each([
    ['nothing', ''],
    ['a word', 'secret'],
    ['half a key', KEY.slice(0, 40)],
    ['two keys', `${KEY}\n${KEY}`],
    ['the number zero', `0x${'00'.repeat(32)}`],
    ['a number beyond the curve', `0x${'ff'.repeat(32)}`],
    ['other JSON', '{"address":"0x00"}'],
    ['a list', '[]'],
    ['a keystore of another version', JSON.stringify({ ...whole, version: 1 })],
    ['a keystore without its ciphertext', JSON.stringify({ ...whole, crypto: { ...whole.crypto, ciphertext: '' } })],
    ['a keystore of another cipher', JSON.stringify({ ...whole, crypto: { ...whole.crypto, cipher: 'aes-128-cbc' } })],
    ['a keystore of another derivation', JSON.stringify({ ...whole, crypto: { ...whole.crypto, kdf: 'argon2' } })],
    [
      'a keystore without the parameters of its derivation',
      JSON.stringify({ ...whole, crypto: { ...whole.crypto, kdf: 'scrypt', kdfparams: { salt: '00' } } }),
    ],
  ])('that holds %s is refused', async (_, text) => {
    const path = write('malformed', text)
    write('password', 'open sesame\n')

    expect(await deployWith('--key-file', 'malformed', '--password-file', 'password')).toEqual(
      refusedWith(`${path} holds neither a private key (0x and 64 hex digits) nor a web3 keystore of version 3.`),
    )
  })

  test('that is encrypted is refused with a wrong password, and the password is not shown', async () => {
    const path = write('keystore.json', JSON.stringify(whole))
    write('password', 'open barley\n')

    expect(await deployWith('--key-file', 'keystore.json', '--password-file', 'password')).toEqual(
      refusedWith(`The password does not open ${path}.`),
    )
  })

  test('that is encrypted is refused when there is neither a password nor a terminal', async () => {
    const path = write('keystore.json', JSON.stringify(whole))

    expect(await deployWith('--key-file', 'keystore.json')).toEqual(
      refusedWith(`${path} is encrypted: give --password-file FILE, or run this in a terminal and be asked.`),
    )
  })

  test('is not tried with a password that others can read', async () => {
    write('keystore.json', JSON.stringify(whole))
    const path = write('password', 'open sesame\n', 0o644)

    expect(await deployWith('--key-file', 'keystore.json', '--password-file', 'password')).toEqual(
      refusedWith(`Others than you may use ${path} (its mode is 0644): run "chmod 600 ${path}" first.`),
    )
  })
})
