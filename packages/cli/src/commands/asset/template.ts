// Writes a section into iexec.json to begin with: iexec app init.
import type { Call, Outcome } from '../../command.ts'
import { iexecFilePath, readIexecFile, writeSections, type SectionName } from '../../files/iexecFile.ts'
import { isSet, projectFolder } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'

/** Sections that belong together; the first one names them. */
export type Template = {
  readonly name: SectionName
  readonly sections: Partial<Readonly<Record<SectionName, unknown>>>
  /** What to do with it, after the first line. */
  readonly next: readonly string[]
}

/**
 * Writes sections into iexec.json. One that is there already is replaced only when the person says so, or with `--force` or `--raw`.
 *
 * @throws CliError `AbortedByUser`, `NoTerminal`, `BadFile`
 */
export async function writeTemplate(call: Call, { name, sections, next }: Template): Promise<Outcome> {
  const { terminal } = call
  const folder = projectFolder()
  const file = await readIexecFile(folder, terminal)
  const isForced = isSet(call, 'force') || terminal.format === 'raw'
  if (file?.[name] !== undefined) await confirm(`iexec.json has "${name}" already. Replace it?`, terminal, isForced)
  await writeSections(folder, sections, terminal)
  return {
    raw: { [name]: sections[name] },
    text: [`Wrote "${name}" into ${iexecFilePath(folder)}.`, ...next.map((line) => `  ${line}`)],
  }
}
