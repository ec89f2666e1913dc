/** A process that takes a lock when told to, says whether it won, and holds it until it is killed. */
import { nodeEnvironment } from '../../src/core/node-environment.js'

const path = process.argv[2]!

process.on('message', () => process.send!(outcome()))
process.send!('ready')

function outcome(): string {
  try {
    nodeEnvironment.files.lock(path)
    return 'won'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
