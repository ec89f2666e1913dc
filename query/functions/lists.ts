import type { CypherFunction } from './function.js'
export const listFunctions: CypherFunction[] = []
