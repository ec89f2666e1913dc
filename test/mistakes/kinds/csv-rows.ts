import { importCsv } from '../../../src/transfer/csv/import-csv.js'
import { openImportTarget } from '../../../src/transfer/targets.js'
import type { Mistake } from '../mistake.js'

/** Rows of people, of which the last is bad. */
function people(content: string | Uint8Array): Mistake {
  return {
    what: `people.csv\n${Buffer.from(content).toString()}`,
    make: ({ db, file }) => {
      const path = file('people.csv', content)
      return importCsv(openImportTarget(db), { nodes: [{ labels: ['Person'], files: [path] }], relationships: [] })
    },
  }
}

function knows(content: string): Mistake {
  return {
    what: `knows.csv\n${content}`,
    make: ({ db, file }) => {
      const path = file('knows.csv', content)
      return importCsv(openImportTarget(db), { nodes: [], relationships: [{ type: null, files: [path] }] })
    },
  }
}

export const csvRows = [
  people(':ID,name,age:int\neve,Eve,27\nfay,Fay,x27'),
  people(':ID,name,age:byte\neve,Eve,27\nfay,Fay,270'),
  people(':ID,name,member:boolean\neve,Eve,true\nfay,Fay,yes'),
  people(':ID,name,tags:int[]\neve,Eve,1;2\nfay,Fay,1;b'),
  people(':ID,name\neve,Eve\nfay'),
  people(':ID,name\neve,Eve\nfay,Fay,27'),
  people(':ID,name\neve,Eve\n,Fay'),
  people(':ID,name\neve,Eve\neve,Eva'),
  people(':ID,name\neve,Eve\nann,Anna'),
  people(':ID,email\neve,eve@example.com\nfay,ann@example.com'),
  people(':ID,name\neve,"Eve"\nfay,"Fay" F'),
  people(':ID,name\neve,Eve\nfay,"Fay\n'),
  people(Buffer.from(':ID,name\neve,Eve\nzoe,Zo\xeb', 'latin1')),
  people('name:ID,age:whole\neve,27'),
  knows(':START_ID,:END_ID,:TYPE\nann,bob,KNOWS\nann,eve,KNOWS'),
  knows(':START_ID,:END_ID,:TYPE\nann,bob,KNOWS\nbob,ann,'),
]
