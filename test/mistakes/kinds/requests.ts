import type { Mistake } from '../mistake.js'

const path = '/db/skein/query/v2'
const json = 'Content-Type: application/json'

export function request(head: string, body?: string): Mistake {
  const shown = body === undefined ? head : `${head}\n\n${body.length > 200 ? `${body.slice(0, 60)}...` : body}`
  return { what: shown, make: (world) => world.request(head, body) }
}

export const requests = [
  request('GET /nowhere'),
  request(`GET ${path}`),
  request('POST /db/neo4j/query/v2', '{"statement": "CREATE (:Half)"}'),
  request(`POST ${path}\n${json}`),
  request(`POST ${path}\n${json}`, '{"statement": "CREATE (:Half)"'),
  request(`POST ${path}\n${json}`, "{'statement': 'CREATE (:Half)'}"),
  request(`POST ${path}\n${json}`, '{"query": "CREATE (:Half)"}'),
  request(`POST ${path}\n${json}`, '{"statement": "CREATE (:Half)", "parameters": [1]}'),
  request(`POST ${path}\n${json}`, '{"statement": "CREATE (:Half)", "accessMode": "READ"}'),
  request(`POST ${path}\n${json}`, '{"statement": "MATCH (n)\\nRETURN m"}'),
  request(`POST ${path}\n${json}`, '{"statement": "RETURN $age", "parameters": {"age": 99999999999999999999}}'),
  request(`POST ${path}\n${json}`, `{"statement": "CREATE (:Half {x: '${'a'.repeat(100_000)}'})"}`),
  request(`POST ${path}\nContent-Type: text/plain`, 'CREATE (:Half)'),
  request(`POST ${path}\n${json}\nAccept: text/html`, '{"statement": "CREATE (:Half)"}'),
  request(
    `POST ${path}\nContent-Type: application/vnd.neo4j.query`,
    '{"statement": "RETURN $i", "parameters": {"i": {"$type": "Integer", "_value": 1}}}',
  ),
  request(`POST ${path}/tx/none/commit`),
  request(`POST ${path}\nHost: rebound.example\n${json}`, '{"statement": "CREATE (:Half)"}'),
  request(`POST ${path}\n${json}\nTransfer-Encoding: chunked`, '{"statement": "CREATE (:Half)"}'),
]
