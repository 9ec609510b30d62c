// The names that chain.json has for what the SDK calls otherwise: whoever reads a hint writes into that file.

const KEYS: Readonly<Record<string, string>> = {
  marketUrl: 'iexecGateway',
  storageUrl: 'ipfsGateway',
  ipfsApiUrl: 'ipfsNode',
  compassUrl: 'compass',
  vaultUrl: 'sms',
}

/**
 * A hint of the SDK in the words of chain.json.
 *
 * @example
 * inKeysOfFile('Set vaultUrl in the settings of the chain.') // 'Set "sms" of the chain in chain.json.'
 */
export function inKeysOfFile(hint: string): string {
  return hint.replaceAll(/\b(\w+Url)\b(?: in the settings of the chain)?/gu, (all, name: string) =>
    Object.hasOwn(KEYS, name) ? `"${KEYS[name]}" of the chain in chain.json` : all,
  )
}
