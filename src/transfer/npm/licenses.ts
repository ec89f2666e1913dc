/**
 * Licences of a package, one by one, from SPDX expressions and from the older forms of package.json.
 *
 *   expression = conjunction ('OR' conjunction)*
 *   conjunction = term ('AND' term)*
 *   term = '(' expression ')' | id ('WITH' exception)?
 *
 * `(MIT OR Apache-2.0) AND CC-BY-4.0` gives MIT OR, Apache-2.0 OR, CC-BY-4.0 AND: each id with the operator that
 * stands nearest around it. Text that is no expression, as `SEE LICENSE IN LICENSE.md`, is one licence of that name.
 * Source: SPDX specification 2.3, annex D.
 */
export interface LicenseUse {
  readonly id: string
  /** null where the licence stands alone. */
  readonly operator: 'AND' | 'OR' | null
}

export interface Licensing {
  readonly expression: string
  readonly uses: readonly LicenseUse[]
}

/** `license` and `licenses` as package.json has them; null where neither names a licence. */
export function readLicenses(license: unknown, licenses: unknown): Licensing | null {
  const names = [license, licenses].flat().map(licenseName).filter(Boolean)
  if (names.length === 0) return null
  // Of a list, as packages before npm 3 gave it, the user may choose.
  const expression = names.length === 1 ? names[0]! : `(${names.join(' OR ')})`
  return { expression, uses: readExpression(expression) ?? [{ id: expression, operator: null }] }
}

function licenseName(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  const { type, name } = (value ?? {}) as Record<string, unknown>
  return typeof type === 'string' ? type.trim() : typeof name === 'string' ? name.trim() : ''
}

function readExpression(text: string): LicenseUse[] | undefined {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const takeWord = (word: string): boolean => tokens[at]?.toUpperCase() === word && ++at > 0

  const readList = (operator: 'AND' | 'OR', readPart: () => LicenseUse[] | undefined) => {
    const uses: LicenseUse[] = []
    let partCount = 0
    do {
      const part = readPart()
      if (part === undefined) return undefined
      uses.push(...part)
      partCount++
    } while (takeWord(operator))
    return partCount === 1 ? uses : uses.map((use) => ({ id: use.id, operator: use.operator ?? operator }))
  }
  const readAny = (): LicenseUse[] | undefined => readList('OR', () => readList('AND', readTerm))
  const readTerm = (): LicenseUse[] | undefined => {
    if (takeWord('(')) {
      const inner = readAny()
      return takeWord(')') ? inner : undefined
    }
    const id = readId()
    const exception = id !== undefined && takeWord('WITH') ? readId() : null
    if (id === undefined || exception === undefined) return undefined
    return [{ id: exception === null ? id : `${id} WITH ${exception}`, operator: null }]
  }
  const readId = (): string | undefined => {
    const token = tokens[at++]
    return token !== undefined && /^[\w.+:-]+$/.test(token) ? token : undefined
  }

  const uses = readAny()
  if (uses === undefined || at < tokens.length) return undefined
  return [...new Map(uses.map((use) => [use.id, use])).values()]
}
