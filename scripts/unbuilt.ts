// Commands that are promised but not built yet: they say so and fail, so that nobody mistakes silence for success.
const answers: Readonly<Record<string, string>> = {
  iexec:
    'The iexec command is not built yet: today this repository holds the contracts, the protocol and the market service.',
}

console.error(answers[process.argv[2] ?? ''] ?? 'This command is not built yet.')
process.exitCode = 2
