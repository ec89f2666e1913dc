import type { CypherFunction } from './function.js'
export const stringFunctions: CypherFunction[] = []
