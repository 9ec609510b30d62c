// Runs a module in an image: what stands in the folders of the container is what the module gets.
import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { WASI } from 'node:wasi'

const [, , path, ...words] = process.argv
const folders = ['/iexec_in', '/iexec_out'].filter((folder) => existsSync(folder))
const wasi = new WASI({
  version: 'preview1',
  args: ['app.wasm', ...words],
  env: process.env,
  returnOnExit: true,
  preopens: Object.fromEntries(folders.map((folder) => [folder, folder])),
})
const module = await WebAssembly.compile(readFileSync(path))
process.exitCode = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()))
