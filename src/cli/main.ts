#!/usr/bin/env node
/** The entry of the `skein` binary: ties the command line to this process. */
import { text } from 'node:stream/consumers'
import { exitCodes, run } from './run.js'

// A reader that has seen enough, as `| head`, is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(exitCodes.ok)
  })

process.exitCode = await run(process.argv.slice(2), {
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  environment: process.env,
  readStdin: () => text(process.stdin),
})

function outputOf(stream: NodeJS.WriteStream) {
  return {
    write: (text: string) => void stream.write(text),
    columns: stream.isTTY ? stream.columns : undefined,
  }
}
