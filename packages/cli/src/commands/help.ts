// iexec help: pages about what commands have in common. `iexec help app deploy` is read as `iexec app deploy --help`.
import type { Command } from '../command.ts'
import { GROUPS, SINGLES } from '../groups.ts'
import { reflow } from '../help/reflow.ts'
import { didYouMean } from '../help/suggest.ts'
import { TOPIC_NAMES } from '../help/topicNames.ts'
import { TOPICS } from '../help/topics.ts'
import { LineError } from '../lineError.ts'

export const helpCommand: Command = {
  name: 'help',
  summary: 'explain a topic or a command',
  description: `Explains a topic or a command. Topics: ${TOPIC_NAMES.join(', ')}.`,
  arguments: [
    { name: 'topic', summary: 'a topic, or a command', isOptional: true },
    { name: 'command', summary: 'a command of the group', isOptional: true },
  ],
  examples: [
    { line: 'iexec help amounts', meaning: 'how RLC and coins are written' },
    { line: 'iexec help account deposit', meaning: 'the same as iexec account deposit --help' },
  ],
  run: async ({ args: [name = ''], terminal }) => {
    const topic = TOPICS.find((page) => page.name === name)
    if (topic === undefined) {
      const known = [...TOPIC_NAMES, ...GROUPS.map((group) => group.name), ...SINGLES.map((single) => single.name)]
      throw new LineError(
        `There is no topic and no command "${name}".`,
        [...didYouMean(name, known), `Topics are ${TOPIC_NAMES.join(', ')}.`],
        'iexec help',
      )
    }
    const { summary, text } = topic
    const page = reflow(text, terminal.streams.output.columns)
    return { raw: { topic: name, summary, text: page.join('\n') }, text: [`${name}: ${summary}`, '', ...page] }
  },
}
