import type { Parameters } from '../../../src/index.js'
import { type Mistake, statement } from '../mistake.js'

const circular: unknown[] = []
circular.push(circular)

/** As they are given is shown, since values can be what no text spells. */
function given(text: string, shown: string, values: Parameters): Mistake {
  return { ...statement(text, values), what: `${text}\n${shown}` }
}

export const parameters = [
  given('MATCH (p:Person {name: $name}) RETURN p', '{}', {}),
  given('MATCH (p:Person {name: $name}) RETURN p', "{ nmae: 'Ann' }", { nmae: 'Ann' }),
  given('MATCH (p:Person) RETURN p LIMIT $n', "{ n: 'ten' }", { n: 'ten' }),
  given('MATCH (p:Person) RETURN p SKIP $n', '{ n: -1 }', { n: -1 }),
  given('MATCH (p:Person) RETURN p LIMIT $n', '{ n: 1.5 }', { n: 1.5 }),
  given('RETURN $where', "{ where: new URL('http://localhost') }", { where: new URL('http://localhost') }),
  given('RETURN $f', '{ f: () => 1 }', { f: () => 1 }),
  given('RETURN $big', '{ big: 2n ** 63n }', { big: 2n ** 63n }),
  given('RETURN $list', '{ list: [list] }, which holds itself', { list: circular }),
  given('CREATE (:Half $map)', '{ map: [1] }', { map: [1] }),
  given('MATCH (p:Person) SET p += $map', '{ map: 1 }', { map: 1 }),
  given('MATCH (p:$label) RETURN p', "{ label: 'Person' }", { label: 'Person' }),
  given('UNWIND $rows AS row CREATE (:Half {x: row.x / row.y})', '{ rows: [{ x: 1, y: 1 }, { x: 1, y: 0 }] }', {
    rows: [
      { x: 1, y: 1 },
      { x: 1, y: 0 },
    ],
  }),
  given('CREATE (:Half {x: $text})', "{ text: '\\ud800' }", { text: '\ud800' }),
]
