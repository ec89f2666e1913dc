import { type Mistake, statement } from '../mistake.js'
import { request } from './requests.js'

const ann = '/db/skein/json/ann'
const json = 'Content-Type: application/json'
const patch = 'Content-Type: application/json-patch+json'

export const documents: readonly Mistake[] = [
  statement("CALL json.set('none', '$.a', 1)"),
  statement("CALL json.set('ann', '$', [1, 2])"),
  statement("CALL json.set('ann', '$.address.city', 'Rome')"),
  statement("CALL json.set('ann', '$.name.first', 'Ann')"),
  statement("CALL json.set('ann', '$._key', 'anna')"),
  statement("CALL json.set('ann', '$.age', 1, {when: 'missing'})"),
  statement("CALL json.set('ann', '$.age', 1, {if: 'never'})"),
  statement("CALL json.set('ann', '$.email', 'bob@example.com')"),
  statement("CALL json.set('ann', 'age', 1)"),
  statement("MATCH (p:Person) CALL json.set(p, '$.friend', p) YIELD value RETURN value"),
  statement("MATCH (p:Person) CALL json.set({a: 1}, '$.a', p.age) YIELD value RETURN value"),
  statement("CALL json.increment('ann', '$.age', 'one')"),
  statement("CALL json.increment('ann', '$.age', 9223372036854775807)"),
  statement("CALL json.delete('ann')"),
  statement("CALL json.patch('ann', {age: 32})"),
  statement("CALL json.patch('ann', [{op: 'replace', path: 'age', value: 32}])"),
  statement("CALL json.patch('ann', [{op: 'remove', path: '/age'}, {op: 'test', path: '/name', value: 'Bob'}])"),
  statement("CALL json.patch('ann', [{op: 'remove', path: '/age'}, {op: 'move', from: '/phone', path: '/tel'}])"),
  request('GET /db/skein/json/none'),
  request(`PUT ${ann}\n${json}`, '{"name": "Ann", "tags": ["a" "b"]}'),
  request(`PUT ${ann}\n${json}\nIf-Match: "old"`, '{"name": "Anna"}'),
  request(`PUT ${ann}?pth=$.name\n${json}`, '"Anna"'),
  request(`PATCH ${ann}\n${json}`, '{"name": "Anna"}'),
  request(`PATCH ${ann}\n${patch}`, '[{"op": "add", "path": "/tags/0", "value": "a"}]'),
]
