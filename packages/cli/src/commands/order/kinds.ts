// Which orders a command is about: --app, --dataset, --workerpool and --request, alone or with the hash of an order.
import { asOrderHash, type OrderHash, type OrderKind } from '@iexec/protocol'
import { CliError } from '../../cliError.ts'
import type { Call, Option } from '../../command.ts'
import { ORDER_KINDS } from '../../files/ordersFile.ts'

/** The four flags. @param meaning what is done with the order of a kind, as in `sign the app order` */
export function kindFlags(meaning: (kind: OrderKind) => string): readonly Option[] {
  return ORDER_KINDS.map((kind) => ({ flags: `--${kind}`, summary: meaning(kind) }))
}

/** The four flags, each with the hash of an order behind it, or without. */
export function kindHashFlags(verb: string): readonly Option[] {
  return ORDER_KINDS.map((kind) => ({
    flags: `--${kind} [orderHash]`,
    summary: `${verb} this ${kind} order; that of orders.json without a hash`,
  }))
}

/** The kinds whose flag was given, in the order of the flow. */
export function givenKinds({ options }: Pick<Call, 'options'>): readonly OrderKind[] {
  return ORDER_KINDS.filter((kind) => options[kind] !== undefined)
}

/** An order that a line names: by its hash, or as that of orders.json. */
export type Named = { readonly kind: OrderKind; readonly orderHash: OrderHash | undefined }

/**
 * The orders that the line names, one at least.
 *
 * @param verb what is done with them, for the sentence
 * @throws CliError `Usage` when there is none, InputError `InvalidOrderHash`
 */
export function requireNamed(call: Call, verb: string): readonly Named[] {
  const named = givenKinds(call).map((kind) => ({ kind, orderHash: hashOption(call, kind) }))
  if (named.length > 0) return named
  throw new CliError('Usage', `No order is named that should be ${verb}.`, {
    hints: ['Name one at least: --app, --dataset, --workerpool or --request.'],
  })
}

/** The hash behind the flag of a kind. @throws InputError `InvalidOrderHash` */
export function hashOption({ options }: Pick<Call, 'options'>, kind: OrderKind): OrderHash | undefined {
  const given = options[kind]
  return typeof given === 'string' ? asOrderHash(given) : undefined
}
