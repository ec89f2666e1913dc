/** What SHOW FUNCTIONS says of each function: the names of its arguments, and what it gives. */

export interface FunctionDescription {
  readonly parameters: readonly string[]
  readonly text: string
}

const temporalTypes = ['date', 'localtime', 'time', 'localdatetime', 'datetime']

/** By name, those of the aggregating functions too. */
export const functionDescriptions: Readonly<Record<string, FunctionDescription>> = {
  // ---- Scalar
  coalesce: said(['values'], 'The first value that is not null.'),
  toInteger: said(['value'], 'A number or the number in a string as an INTEGER, towards zero; null for other strings.'),
  toFloat: said(['value'], 'A number or the number in a string as a FLOAT; null for other strings.'),
  toBoolean: said(['value'], 'true or false of a string that says so in any case; null for other strings.'),
  toString: said(['value'], 'The value as text.'),
  toIntegerOrNull: said(['value'], 'As toInteger, and null for what is no number.'),
  toFloatOrNull: said(['value'], 'As toFloat, and null for what is no number.'),
  toBooleanOrNull: said(['value'], 'As toBoolean, and null for what is neither.'),
  toStringOrNull: said(['value'], 'As toString, and null for what has no text.'),
  size: said(['value'], 'How many elements a list has, or characters a string.'),
  isEmpty: said(['value'], 'Whether a list, map or string holds nothing.'),
  nullIf: said(['value', 'other'], 'null where both are equal, else the first.'),
  exists: said(['value'], 'Whether the value is not null.'),
  valueType: said(['value'], 'The type of the value, as Cypher writes it.'),
  timestamp: said([], 'Milliseconds since 1970, when the statement began.'),
  randomUUID: said([], 'A new random UUID, of version 4.'),
  // ---- List
  toIntegerList: said(['list'], 'Each element as toIntegerOrNull gives it.'),
  toFloatList: said(['list'], 'Each element as toFloatOrNull gives it.'),
  toBooleanList: said(['list'], 'Each element as toBooleanOrNull gives it.'),
  toStringList: said(['list'], 'Each element as toStringOrNull gives it.'),
  head: said(['list'], 'The first element; null of an empty list.'),
  last: said(['list'], 'The last element; null of an empty list.'),
  tail: said(['list'], 'All elements but the first.'),
  range: said(['start', 'end', 'step'], 'The integers from start to end, both included.'),
  reverse: said(['value'], 'A list or string from its end to its start.'),
  // ---- String
  toUpper: said(['text'], 'In upper case.'),
  toLower: said(['text'], 'In lower case.'),
  upper: said(['text'], 'In upper case.'),
  lower: said(['text'], 'In lower case.'),
  trim: said(['text', 'characters'], 'Without white space, or the characters, at both ends.'),
  btrim: said(['text', 'characters'], 'Without white space, or the characters, at both ends.'),
  lTrim: said(['text', 'characters'], 'Without white space, or the characters, at the start.'),
  rTrim: said(['text', 'characters'], 'Without white space, or the characters, at the end.'),
  substring: said(
    ['text', 'start', 'length'],
    'So many characters from a position, counted from 0; without a length all that follow.',
  ),
  split: said(['text', 'separators'], 'The parts between the separators.'),
  replace: said(['text', 'search', 'replacement'], 'With every occurrence of a string replaced.'),
  left: said(['text', 'length'], 'The first characters.'),
  right: said(['text', 'length'], 'The last characters.'),
  char_length: said(['text'], 'How many characters it has.'),
  character_length: said(['text'], 'How many characters it has.'),
  // ---- Mathematical
  abs: said(['number'], 'Without its sign.'),
  sign: said(['number'], '-1, 0 or 1.'),
  ceil: said(['number'], 'The least whole number that is not less.'),
  floor: said(['number'], 'The greatest whole number that is not greater.'),
  round: said(
    ['number', 'precision', 'mode'],
    'Rounded to so many decimal places, 0 unless given; halves go up unless a mode says otherwise.',
  ),
  sqrt: said(['number'], 'The square root.'),
  exp: said(['number'], 'e to the power of the number.'),
  log: said(['number'], 'The natural logarithm.'),
  log10: said(['number'], 'The logarithm to base 10.'),
  sin: said(['radians'], 'The sine.'),
  cos: said(['radians'], 'The cosine.'),
  tan: said(['radians'], 'The tangent.'),
  cot: said(['radians'], 'The cotangent.'),
  asin: said(['number'], 'The arc sine, in radians.'),
  acos: said(['number'], 'The arc cosine, in radians.'),
  atan: said(['number'], 'The arc tangent, in radians.'),
  atan2: said(['y', 'x'], 'The angle of a point in radians, from -pi to pi.'),
  sinh: said(['number'], 'The hyperbolic sine.'),
  cosh: said(['number'], 'The hyperbolic cosine.'),
  tanh: said(['number'], 'The hyperbolic tangent.'),
  degrees: said(['radians'], 'An angle in degrees.'),
  radians: said(['degrees'], 'An angle in radians.'),
  haversin: said(['radians'], 'Half the versine: (1 - cos) / 2.'),
  pi: said([], 'The number pi.'),
  e: said([], 'The base of the natural logarithm.'),
  isNaN: said(['number'], 'Whether it is the FLOAT that is no number.'),
  rand: said([], 'A random FLOAT from 0 to below 1.'),
  // ---- Graph
  labels: said(['node'], 'The labels of a node.'),
  type: said(['relationship'], 'The type of a relationship.'),
  id: said(['entity'], 'The id as a number.'),
  elementId: said(['entity'], 'The id as a string.'),
  properties: said(['value'], 'All properties as a map.'),
  keys: said(['value'], 'The names of all properties, or of the members of a map.'),
  startNode: said(['relationship'], 'The node that it leads from.'),
  endNode: said(['relationship'], 'The node that it leads to.'),
  nodes: said(['path'], 'The nodes of a path, in its order.'),
  relationships: said(['path'], 'The relationships of a path, in its order.'),
  length: said(['path'], 'How many relationships a path has.'),
  degree: said(['node'], 'How many relationships a node has, in both directions.'),
  inDegree: said(['node'], 'How many relationships lead to a node.'),
  outDegree: said(['node'], 'How many relationships lead from a node.'),
  // ---- JSON
  'json.get': said(['target', 'path'], 'All values at a JSONPath.'),
  'json.value': said(['target', 'path'], 'The first value at a JSONPath.'),
  'json.exists': said(['target', 'path'], 'Whether there is a value at a JSONPath.'),
  'json.type': said(['target', 'path'], 'The JSON type of the first value at a JSONPath.'),
  'json.length': said(
    ['target', 'path'],
    'How many elements, members or characters the first value at a JSONPath has.',
  ),
  'json.keys': said(['target', 'path'], 'The names of the members of the first value at a JSONPath.'),
  'json.bytes': said(['target', 'path'], 'How many bytes the first value at a JSONPath takes as compact text.'),
  'json.indexOf': said(
    ['target', 'path', 'value', 'start', 'end'],
    'Where the list at a JSONPath holds a value first, -1 for nowhere.',
  ),
  // ---- Key
  'key.get': said(['key'], 'The plain value at a key.'),
  'key.type': said(['key'], 'What a key holds.'),
  'key.exists': said(['key'], 'Whether a key holds anything.'),
  'key.info': said(['key'], 'What is known of a key: its kind, entity and time of expiry.'),
  'key.expiresAt': said(['key'], 'When a key expires; null for one that does not.'),
  // ---- Search
  'search.matches': said(['entity', 'index', 'query', 'options'], 'Whether a full-text index finds the entity.'),
  'search.score': said(
    ['entity', 'index', 'query', 'options'],
    'What the entity scores; null where it is no hit, or has no vector.',
  ),
  'search.explain': said(['entity', 'index', 'query', 'options'], 'How the score comes about, as a tree.'),
  'search.highlight': said(
    ['entity', 'index', 'query', 'options'],
    "Pieces of the entity's texts with what was found marked.",
  ),
  'search.count': said(['index', 'query', 'options'], 'How many entities a full-text index finds.'),
  'search.nearest': said(
    ['entity', 'index', 'vector', 'options'],
    'Whether the entity is among the nearest of a vector index, as many as the option limit says.',
  ),
  // ---- Vector
  'vector.similarity.cosine': said(['a', 'b'], 'How near two vectors are by their angle, from 0 to 1.'),
  'vector.similarity.euclidean': said(['a', 'b'], 'How near two vectors are by their distance, from 0 to 1.'),
  'vector.similarity.dot': said(['a', 'b'], 'How near two vectors are by their dot product.'),
  // ---- Aggregating
  count: said(['value'], 'How many rows have a value that is not null; of * all rows.'),
  collect: said(['value'], 'The values that are not null, as a list.'),
  sum: said(['value'], 'The sum of the values; 0 of none.'),
  avg: said(['value'], 'The mean of the values.'),
  min: said(['value'], 'The least of the values.'),
  max: said(['value'], 'The greatest of the values.'),
  stDev: said(['value'], 'The standard deviation, the values being a sample.'),
  stDevP: said(['value'], 'The standard deviation, the values being all there are.'),
  percentileCont: said(
    ['value', 'fraction'],
    'The value below which a fraction of them lies, between two of them if need be.',
  ),
  percentileDisc: said(['value', 'fraction'], 'The nearest of the values below which a fraction of them lies.'),
  // ---- Temporal
  ...Object.fromEntries(temporalTypes.flatMap(ofType)),
  'datetime.fromepoch': said(['seconds', 'nanoseconds'], 'The datetime so long after 1970 began, in UTC.'),
  'datetime.fromepochmillis': said(['milliseconds'], 'The datetime so long after 1970 began, in UTC.'),
  duration: said(['value'], 'A duration of a text or of a map of its parts.'),
  'duration.between': said(['from', 'to'], 'How long it is from one to the other, in months, days and seconds.'),
  'duration.inMonths': said(['from', 'to'], 'How many whole months it is from one to the other.'),
  'duration.inDays': said(['from', 'to'], 'How many whole days it is from one to the other.'),
  'duration.inSeconds': said(['from', 'to'], 'How long it is from one to the other, in seconds and their parts.'),
}

/** The functions that each of these types has. */
function ofType(type: string): [string, FunctionDescription][] {
  const zone = ['zone']
  return [
    [type, said(['value'], `A ${type} of a text, a map of its parts or another temporal value; without one, now.`)],
    [`${type}.transaction`, said(zone, `The ${type} when the transaction began.`)],
    [`${type}.statement`, said(zone, `The ${type} when the statement began.`)],
    [`${type}.realtime`, said(zone, `The ${type} of this moment.`)],
    [`${type}.truncate`, said(['unit', 'value', 'fields'], `The value cut off below a unit, as a ${type}.`)],
  ]
}

function said(parameters: readonly string[], text: string): FunctionDescription {
  return { parameters, text }
}
