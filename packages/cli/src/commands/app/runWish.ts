// What somebody wants of a run, as the options of iexec app run and iexec app request-execution say it.
import { encodeTag, isIpfsPath, type Params } from '@iexec/protocol'
import type { AssetKind, RunWish } from '@iexec/sdk'
import type { Address } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Call, Option } from '../../command.ts'
import { addressArgument, isSet, text } from '../../session.ts'
import { wholeOption, words } from '../../values.ts'
import { requireDeployed } from '../asset/target.ts'
import { checkArgs, checkParams } from '../order/template.ts'

/** Options of both commands. */
export const WISH_OPTIONS: readonly Option[] = [
  { flags: '--args <string>', summary: 'arguments of the app, in one text, split as a shell does' },
  { flags: '--input-files <urls>', summary: 'files for the app: http(s) URLs or /ipfs/ paths, with commas between' },
  { flags: '--dataset <address>', summary: 'a dataset that the app reads; deployed is that of deployed.json' },
  { flags: '--workerpool <address>', summary: 'only this workerpool; deployed is that of deployed.json' },
  {
    flags: '--category <id>',
    summary: 'how long it may take: a category',
    fallback: 'the first for which something is sold',
  },
  {
    flags: '--trust <n>',
    summary: 'how sure the result has to be: wrong in less than one of so many cases',
    fallback: '0',
  },
  { flags: '--tag <tag>', summary: 'what the machine must have: tee,tdx,gpu' },
  { flags: '--secret <key=name...>', summary: 'your secrets for the app, by their place: 1=api-key; needs a TEE' },
  { flags: '--encrypt-result', summary: 'encrypt the result for its beneficiary; needs a TEE' },
  {
    flags: '--storage-provider <name>',
    summary: 'where the result is stored; dropbox needs a TEE',
    fallback: 'ipfs',
    choices: ['ipfs', 'dropbox'],
  },
  { flags: '--beneficiary <address>', summary: 'for whom the result is', fallback: 'you' },
  { flags: '--callback <address>', summary: 'a contract that is called with the result' },
  { flags: '--params <json>', summary: 'further params; the options win' },
  { flags: '--skip-preflight-check', summary: 'do not look whether the vault has what the run needs' },
]

/**
 * What the options say.
 *
 * @throws CliError `Usage`, `MissingFile`; InputError for a tag
 */
export async function readWish(call: Call): Promise<RunWish> {
  const tag = text(call, 'tag')
  // Looked at before anybody is asked for a password.
  if (tag !== undefined) encodeTag(tag)
  return {
    args: readArgs(text(call, 'args')),
    inputFiles: readUrls(text(call, 'inputFiles')),
    dataset: await readAsset(call, 'dataset'),
    workerpool: await readAsset(call, 'workerpool'),
    category: wholeOption(call, 'category'),
    trust: wholeOption(call, 'trust'),
    tag,
    secrets: readSecrets(words(call, 'secret')),
    encryptResult: isSet(call, 'encryptResult') ? true : undefined,
    storageProvider: readProvider(text(call, 'storageProvider')),
    beneficiary: readAddress(call, 'beneficiary'),
    callback: readAddress(call, 'callback'),
    params: readParams(text(call, 'params')),
  }
}

function readUrls(given: string | undefined): readonly string[] | undefined {
  const urls = given
    ?.split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '')
  for (const url of urls ?? []) {
    if (isIpfsPath(url) || (URL.canParse(url) && /^https?:$/u.test(new URL(url).protocol))) continue
    throw new CliError('Usage', `--input-files: "${url}" is no URL.`, {
      hints: ['Give URLs that begin with http:// or https://, or /ipfs/ paths, with commas between.'],
    })
  }
  return urls
}

async function readAsset(call: Call, kind: Exclude<AssetKind, 'app'>): Promise<Address | undefined> {
  const given = text(call, kind)
  if (given === undefined) return undefined
  return given === 'deployed' ? requireDeployed(call, kind) : addressArgument(given, `--${kind}`)
}

function readAddress(call: Call, name: 'beneficiary' | 'callback'): Address | undefined {
  const given = text(call, name)
  return given === undefined ? undefined : addressArgument(given, `--${name}`)
}

function readSecrets(given: readonly string[] | undefined): Readonly<Record<string, string>> | undefined {
  if (given === undefined) return undefined
  return Object.fromEntries(
    given.map((pair) => {
      const [, place, name] = /^([1-9]\d{0,8})=([\w-]{1,64})$/u.exec(pair) ?? []
      if (place !== undefined && name !== undefined) return [place, name]
      throw new CliError('Usage', `--secret: "${pair}" is no place and name of a secret.`, {
        hints: [
          'Give them as 1=api-key: the place in the app, from 1 on, and the name of iexec requester push-secret.',
        ],
      })
    }),
  )
}

function readProvider(given: string | undefined): 'ipfs' | 'dropbox' | undefined {
  return given === 'ipfs' || given === 'dropbox' ? given : undefined
}

function readArgs(given: string | undefined): string | undefined {
  return given === undefined ? undefined : checkArgs(given, '--args', 'Usage')
}

function readParams(given: string | undefined): Params | undefined {
  return given === undefined ? undefined : (JSON.parse(checkParams(given, '--params', 'Usage')) as Params)
}
