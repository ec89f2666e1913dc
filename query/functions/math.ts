import type { CypherFunction } from './function.js'
export const mathFunctions: CypherFunction[] = []
