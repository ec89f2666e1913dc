/**
 * Runs one exported function of a module in a process of its own: a fresh heap of the default size, memory figures
 * that hold nothing of the others, and a crash that ends one figure and not the run.
 *
 * This file is both sides: `callInChild` starts it again as the main module of the child.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Task {
  readonly module: string
  readonly name: string
  readonly argument: unknown
}

type Reply = { readonly result: unknown } | { readonly error: string }

/** `module` is the URL of the module, `name` its exported function. Rejects when the function throws or the process dies. */
export function callInChild<T>(task: Task): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' })
    child.once('message', (reply: Reply) => {
      if ('error' in reply) reject(new Error(reply.error))
      else resolve(reply.result as T)
    })
    child.once('exit', (code, signal) => reject(new Error(`${task.name} ended without an answer: ${signal ?? code}`)))
    child.send(task)
  })
}

async function answer(task: Task): Promise<void> {
  const reply = await run(task).then(
    (result): Reply => ({ result }),
    (error): Reply => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
  process.send!(reply, () => process.exit())
}

async function run({ module, name, argument }: Task): Promise<unknown> {
  const exports = await import(module)
  return exports[name](argument)
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send !== undefined) process.once('message', answer)
