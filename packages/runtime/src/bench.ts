// What benchmarks take apart: containers as tasks have them, without the tasks.
export { describeContainer } from './docker/container.ts'
export { createContainer } from './docker/create.ts'
export { completeOptions, connect } from './docker/options.ts'
