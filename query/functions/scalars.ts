import type { CypherFunction } from './function.js'
export const scalarFunctions: CypherFunction[] = []
