#!/usr/bin/env node
/** The entry of the `skein` binary: ties the command line to this process. */
import { once } from 'node:events'

// Taken away before the database is loaded: node-pre-gyp, by which the bitmap library finds its binary, reads the
// arguments of the process as well, and a --dir meant for us sends it to look elsewhere.
const args = process.argv.splice(2)
const { run } = await import('./run.js')

// A reader that has seen enough, as `| head`, is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })

process.exitCode = await run(args, {
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  environment: process.env,
  stdin: process.stdin,
  screen: process.stdin.isTTY && process.stdout.isTTY ? process.stdout : undefined,
})

function outputOf(stream: NodeJS.WriteStream) {
  return {
    write: (text: string) => void stream.write(text),
    drain: async () => void (stream.writableNeedDrain && (await once(stream, 'drain'))),
    // Windows change their size; terminals that nobody has told their size say 0.
    get columns() {
      return stream.isTTY && stream.columns > 0 ? stream.columns : undefined
    },
  }
}
