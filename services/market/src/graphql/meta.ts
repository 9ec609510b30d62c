// `_meta` and the `block` argument: which block the answers are as of. It is always the youngest indexed one.
import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
} from 'graphql'
import { sql } from 'kysely'
import type { BlockTable } from '../db/schema.ts'
import type { Context } from './request.ts'
import { BytesType } from './scalars.ts'

/** A block as a client asks for it. */
export type BlockHeight = {
  readonly hash?: string | null
  readonly number?: number | null
  readonly number_gte?: number | null
}

export const BlockHeightType: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: 'Block_height',
  fields: { hash: { type: BytesType }, number: { type: GraphQLInt }, number_gte: { type: GraphQLInt } },
})

const BlockType = new GraphQLObjectType({
  name: '_Block_',
  fields: {
    hash: { type: BytesType },
    number: { type: new GraphQLNonNull(GraphQLInt) },
    timestamp: { type: GraphQLInt },
  },
})

const MetaType = new GraphQLObjectType({
  name: '_Meta_',
  fields: {
    block: { type: new GraphQLNonNull(BlockType) },
    deployment: { type: new GraphQLNonNull(GraphQLString) },
    hasIndexingErrors: { type: new GraphQLNonNull(GraphQLBoolean) },
  },
})

/** How far the index is; null before the first block. */
export const metaField: GraphQLFieldConfig<undefined, Context> = {
  type: MetaType,
  args: { block: { type: BlockHeightType } },
  resolve: async (_, { block }: { readonly block?: BlockHeight | null }, context) => {
    await requireBlock(context, block)
    const head = await youngestBlock(context)
    // An event that cannot be indexed stops the index, it is never skipped.
    return head === undefined ? null : { block: head, deployment: context.deployment, hasIndexingErrors: false }
  },
}

/**
 * Refuses a block that the answer would not be as of: only the state after the youngest one is kept.
 *
 * @throws GraphQLError
 */
export async function requireBlock(context: Context, block: BlockHeight | null | undefined): Promise<void> {
  if (block === null || block === undefined) return
  const head = await youngestBlock(context)
  const { hash, number, number_gte: atLeast } = block
  const indexed = head === undefined ? 'no block is indexed yet' : `the youngest indexed block is ${head.number}`
  if (typeof number === 'number' && number !== head?.number) {
    throw new GraphQLError(`Only the youngest indexed block can be asked; block ${number} was, and ${indexed}.`)
  }
  if (typeof hash === 'string' && hash !== head?.hash) {
    throw new GraphQLError(`Only the youngest indexed block can be asked; block ${hash} was, and ${indexed}.`)
  }
  if (typeof atLeast === 'number' && atLeast > (head?.number ?? -1)) {
    throw new GraphQLError(`Block ${atLeast} or a later one was asked for, and ${indexed}.`)
  }
}

async function youngestBlock({ work }: Context): Promise<BlockTable | undefined> {
  return work.load('head', '', async () =>
    work.query(sql<BlockTable>`select * from block order by number desc limit 1`),
  )
}
