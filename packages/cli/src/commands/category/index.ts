// iexec category: how long tasks may run.
import type { Category } from '@iexec/sdk'
import type { Command } from '../../command.ts'
import { requireSection } from '../../files/iexecFile.ts'
import { readPositive, readText } from '../../files/section.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { rows } from '../../rows.ts'
import { openReader, openSigner, projectFolder } from '../../session.ts'
import { wholeNumber } from '../../values.ts'
import { writeTemplate } from '../asset/template.ts'

const initCategoryCommand: Command = {
  name: 'init',
  summary: 'describe a category in iexec.json, to begin with',
  options: [CHAIN_OPTION, FORCE_OPTION],
  examples: [{ line: 'iexec category init', meaning: 'then edit iexec.json' }],
  run: async (call) =>
    writeTemplate(call, {
      name: 'category',
      sections: { category: { name: 'XXL', description: 'new hub category', workClockTimeRef: '100' } },
      next: ['Set its name, description and workClockTimeRef (seconds) there.', 'Then: iexec category create'],
    }),
}

const createCategoryCommand: Command = {
  name: 'create',
  summary: 'add the category of iexec.json; only the owner of the market may',
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, CONFIRMS_OPTION],
  examples: [{ line: 'iexec category create', meaning: 'as iexec.json describes it' }],
  run: async (call) => {
    const section = await requireSection(projectFolder(), 'category', call.terminal)
    const category = {
      name: readText(section, 'name'),
      description: readText(section, 'description'),
      workClockTimeRef: readPositive(section, 'workClockTimeRef'),
    }
    const iexec = await openSigner(call)
    const { index, txHash } = await iexec.categories.create(category)
    return {
      raw: { catid: index.toString(), txHash },
      json: { index, txHash, ...category },
      text: [...linesOf({ index, ...category }), ...rows([['transaction', txHash]])],
    }
  },
}

const showCategoryCommand: Command = {
  name: 'show',
  summary: 'show a category',
  arguments: [{ name: 'index', summary: 'which one, from 0 on' }],
  options: [CHAIN_OPTION],
  examples: [{ line: 'iexec category show 0', meaning: 'the shortest' }],
  run: async (call) => {
    const wanted = wholeNumber(call.args[0] ?? '', 'index')
    const iexec = await openReader(call)
    const found = await iexec.categories.show(wanted)
    const { index, name, description, workClockTimeRef } = found
    return {
      raw: { index: index.toString(), category: { name, description, workClockTimeRef: workClockTimeRef.toString() } },
      json: found,
      text: linesOf(found),
    }
  },
}

function linesOf({ index, name, description, workClockTimeRef }: Category): readonly string[] {
  return [
    `Category ${index}`,
    ...rows([
      ['name', name],
      ['description', description],
      ['run time', `${workClockTimeRef} s at most`],
    ]),
  ]
}

const countCategoriesCommand: Command = {
  name: 'count',
  summary: 'count the categories',
  options: [CHAIN_OPTION],
  examples: [{ line: 'iexec category count', meaning: 'their indices go from 0 to one less' }],
  run: async (call) => {
    const iexec = await openReader(call)
    const count = await iexec.categories.count()
    return {
      raw: { count: count.toString() },
      json: { count },
      text: [count === 1n ? 'There is 1 category.' : `There are ${count} categories.`],
    }
  },
}

/** In the order of the help. */
export const commands: readonly Command[] = [
  initCategoryCommand,
  createCategoryCommand,
  showCategoryCommand,
  countCategoriesCommand,
]
