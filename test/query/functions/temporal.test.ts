/** Dates, times and durations as Cypher has them, through the database. */
import { describe, expect, test } from 'vitest'
import { Duration, LocalDate, open, ZonedDateTime } from '../../../src/index.js'
import { memoryEnvironment } from '../../support/memory-environment.js'

async function value(expression: string, parameters = {}): Promise<unknown> {
  const db = await open()
  return (await db.query(`RETURN ${expression} AS v`, parameters)).rows[0]![0]
}

const shown = async (expression: string, parameters = {}) => String(await value(expression, parameters))

describe('from maps', () => {
  test.each([
    // What a new week or year leaves of the old date.
    ["date({date: date('2020-12-31'), week: 1})", '2020-01-02'],
    ["date({date: date('2020-02-29'), year: 2021})", '2021-02-28'],
    ["date({date: date('2021-01-31'), month: 2})", '2021-02-28'],
    ["date({date: date('2021-05-31'), quarter: 1})", '2021-02-28'],
    ["date({date: date('2021-05-31'), dayOfWeek: 3})", '2021-06-02'],
    ["date({date: date('2021-05-31'), dayOfQuarter: 1})", '2021-04-01'],
    ["localtime({time: localtime('12:31:14.5'), millisecond: 7})", '12:31:14.007'],
    ["time({time: time('12:00+01:00'), timezone: '+05:30'})", '16:30+05:30'],
    // A date brings no zone along, a time does.
    ["datetime({date: datetime('2020-06-01T12:00+02:00'), hour: 10})", '2020-06-01T10:00Z'],
    ["datetime({time: time('10:00+02:00'), year: 2020, month: 6, day: 1})", '2020-06-01T10:00+02:00'],
    [
      "datetime({epochSeconds: 0, nanosecond: 5, timezone: 'Asia/Kathmandu'})",
      '1970-01-01T05:30:00.000000005+05:30[Asia/Kathmandu]',
    ],
    ['datetime({epochMillis: -1})', '1969-12-31T23:59:59.999Z'],
    [
      "datetime({year: 2017, month: 3, day: 26, hour: 2, minute: 30, timezone: 'Europe/Stockholm'})",
      '2017-03-26T03:30+02:00[Europe/Stockholm]',
    ],
    ['date({year: 2020, month: null})', 'null'],
  ])('%s is %s', async (expression, text) => expect(await shown(expression)).toBe(text))

  test.each([
    ['date({year: 2021, month: 2, day: 29})', 'day is 29, and it lies between 1 and 28'],
    ['date({year: 2021, day: 1})', "'day' needs 'month' beside it"],
    ['date({})', "'year' is missing"],
    ['date({month: 2})', "'month' needs 'year' beside it"],
    ['date({year: 2021, week: 53})', 'week is 53, and it lies between 1 and 52'],
    ['date({year: 2021, week: 5, month: 1})', "'month' and 'week' tell the day in different ways"],
    ['date({year: 2021, hour: 1})', "date has no component 'hour'"],
    ['date({year: 1000000000})', 'year is 1000000000, and it lies between -999999999 and 999999999'],
    ['localtime({minute: 5})', "'hour' is missing"],
    ['localtime({hour: 1, second: 5})', "'second' needs 'minute' beside it"],
    ['localtime({hour: 1, minute: 1, nanosecond: 5})', "parts of a second need 'second'"],
    ['localtime({hour: 1, minute: 1, second: 1, millisecond: 5, nanosecond: 1000000})', 'nanosecond is 1000000'],
    ['localdatetime({year: 2021, hour: 1})', "a time needs a whole day, and 'day' is missing"],
    ['datetime({epochSeconds: 1, year: 2020})', "'epochSeconds' and 'year' both tell the date"],
    ["datetime({year: 2021, timezone: 'Europe/Atlantis'})", "there is no time zone 'Europe/Atlantis'"],
    ["time({time: date('2021-01-01')})", 'a DATE has no time'],
    ["date(localtime('12:00'))", 'a LOCAL TIME has no date'],
    ["date('2021-02-30')", 'day is 30, and it lies between 1 and 28'],
    ["date('21-1-1')", "'21-1-1' cannot be read; write a date like 2015-07-21"],
    ["duration('P')", "'P' cannot be read"],
    ['duration({fortnights: 1})', "duration has no component 'fortnights'"],
    ["date('2021-01-01').hour", "a DATE has no component 'hour'"],
    ["date.truncate('hour', date('2021-01-01'))", "a date cannot be truncated to 'hour'"],
    ["time.truncate('year', time('12:00'))", "a time cannot be truncated to 'year'"],
    ["date.truncate('fortnight')", "'fortnight' is no unit to truncate to"],
  ])('%s is refused', async (expression, message) => {
    await expect(value(expression)).rejects.toMatchObject({
      code: 'TEMPORAL_INVALID',
      message: expect.stringContaining(message),
    })
  })
})

describe('sums', () => {
  test.each([
    ["date('2024-01-31') + duration('P1M')", '2024-02-29'],
    ["duration('P1D') + date('2024-02-28')", '2024-02-29'],
    ["date('2024-01-01') + duration('PT47H59M')", '2024-01-02'],
    ["date('2024-01-01') - duration('PT23H')", '2024-01-01'],
    ["localtime('23:00') + duration('PT2H')", '01:00'],
    // A day by the clock of the zone, and 24 hours as they pass.
    ["datetime('2017-03-25T12:00[Europe/Stockholm]') + duration('P1D')", '2017-03-26T12:00+02:00[Europe/Stockholm]'],
    ["datetime('2017-03-25T12:00[Europe/Stockholm]') + duration('PT24H')", '2017-03-26T13:00+02:00[Europe/Stockholm]'],
    ["duration('P1M1DT1S') * 2.5", 'P2M17DT17H14M35.5S'],
    ["2 * duration('P1DT-1S')", 'P2DT-2S'],
    ['duration({days: 0.7})', 'PT16H48M'],
    ["duration('P1D') / 3", 'PT8H'],
    ["duration.between(date('2024-01-31'), date('2024-03-01'))", 'P1M1D'],
    [
      "duration.between(datetime('2017-10-28T12:00[Europe/Stockholm]'), datetime('2017-10-29T12:00[Europe/Stockholm]'))",
      'P1D',
    ],
    [
      "duration.inSeconds(datetime('2017-10-28T12:00[Europe/Stockholm]'), datetime('2017-10-29T12:00[Europe/Stockholm]'))",
      'PT25H',
    ],
    ["duration.inSeconds(date('-999999999-01-01'), date('+999999999-12-31'))", 'PT17531639991192H'],
    ["'on ' + date('2024-01-01')", 'on 2024-01-01'],
    ["date('2024-01-01') + null", 'null'],
  ])('%s is %s', async (expression, text) => expect(await shown(expression)).toBe(text))

  test.each([
    ["date('2024-01-01') - date('2023-01-01')", 'TYPE_MISMATCH'],
    ["duration('P1D') - date('2023-01-01')", 'TYPE_MISMATCH'],
    ["date('2024-01-01') * 2", 'TYPE_MISMATCH'],
    ["duration('P1D') / 0", 'ARITHMETIC'],
    ["duration({seconds: 9223372036854775807}) + duration('PT1S')", 'NUMBER_OUT_OF_RANGE'],
    ["date('+999999999-12-31') + duration('P1D')", 'TEMPORAL_INVALID'],
  ])('%s is %s', async (expression, code) => {
    await expect(value(expression)).rejects.toMatchObject({ code })
    // Where types are known only when it runs, the same.
    const operands = /^(.*) ([-+*/]) (.*)$/.exec(expression)!
    const late = `reduce(x = null, y IN [${operands[1]}] | y) ${operands[2]} reduce(x = null, y IN [${operands[3]}] | y)`
    await expect(value(late)).rejects.toMatchObject({ code })
  })
})

test('values of two types are not equal and have no order; durations have none among themselves', async () => {
  expect(await value("date('2024-01-01') < localdatetime('2024-01-02')")).toBe(null)
  expect(await value("date('2024-01-01') = localdatetime('2024-01-01')")).toBe(false)
  expect(await value("duration('P1D') < duration('P2D')")).toBe(null)
  expect(await value("duration('P1D') = duration('PT24H')")).toBe(false)
  expect(await value("datetime('2024-01-01T12:00Z') = datetime('2024-01-01T13:00+01:00')")).toBe(false)
  expect(await value("datetime('2024-01-01T12:00Z') < datetime('2024-01-01T12:30+01:00')")).toBe(false)
})

describe('the clock', () => {
  async function stopped() {
    const environment = memoryEnvironment()
    let now = Date.UTC(2024, 1, 29, 12)
    Object.assign(environment.clock, { now: () => now++ })
    return { db: await open('data', { environment }), environment }
  }

  test('is read once for a statement, and for each call of realtime', async () => {
    const { db } = await stopped()
    const text = `UNWIND range(1, 3) AS i WITH datetime() AS once, datetime.realtime() AS each
                  RETURN count(DISTINCT once), count(DISTINCT each)`
    expect((await db.query(text)).rows).toEqual([[1, 3]])
    const [[first], [second]] = [
      await db.query('RETURN datetime() AS t'),
      await db.query('RETURN datetime() AS t'),
    ].map(({ rows }) => rows[0] as [ZonedDateTime]) as [[ZonedDateTime], [ZonedDateTime]]
    expect(first.compareTo(second)).toBeLessThan(0)
  })

  test('is read once for a transaction', async () => {
    const { db } = await stopped()
    await db.transaction(async (tx) => {
      const read = async (text: string) => String((await tx.query(text)).rows[0]![0])
      const first = await read('RETURN datetime.transaction() AS t')
      const statement = await read('RETURN datetime() AS t')
      expect(await read('CREATE (n:N {t: datetime.transaction()}) RETURN n.t')).toBe(first)
      expect(await read('RETURN datetime.transaction() AS t')).toBe(first)
      expect(await read('RETURN datetime() AS t')).not.toBe(statement)
    })
  })

  test('is not read again for what was written', async () => {
    const { db, environment } = await stopped()
    await db.query('CREATE (:N {at: datetime.realtime(), on: date(), for: duration({days: 1.5})})')
    const before = (await db.query('MATCH (n:N) RETURN n.at, n.on, n.for')).rows
    await db.close()
    const again = await open('data', { environment })
    expect((await again.query('MATCH (n:N) RETURN n.at, n.on, n.for')).rows).toEqual(before)
    expect(before[0]![1]).toStrictEqual(LocalDate.of(2024, 2, 29))
  })

  test('shows the time of a zone', async () => {
    const { db } = await stopped()
    const shownIn = async (zone: string) =>
      String((await db.query(`RETURN localtime.truncate('hour', datetime({timezone: '${zone}'}))`)).rows[0]![0])
    expect(await shownIn('Asia/Kathmandu')).toBe('17:00')
    expect(await shownIn('-03:00')).toBe('09:00')
  })
})

describe('in the store', () => {
  test('an index finds dates and datetimes by ranges, and no values of other types', async () => {
    const db = await open()
    await db.query('CREATE INDEX FOR (e:Event) ON (e.at)')
    await db.query(
      `UNWIND [date('2023-12-31'), date('2024-01-01'), date('2024-06-01'), localdatetime('2024-03-01'), 'x', 5,
               datetime('2024-01-01T00:30+01:00'), datetime('2024-01-01T00:00Z'), duration('P1D')] AS at
       CREATE (:Event {at: at})`,
    )
    const found = async (where: string) => {
      const text = `MATCH (e:Event) WHERE ${where} RETURN e.at ORDER BY e.at`
      const plan = JSON.stringify((await db.query(`EXPLAIN ${text}`)).summary.plan)
      expect(plan).toContain('Index')
      return (await db.query(text)).rows.map(([at]) => String(at))
    }
    expect(await found("e.at >= date('2024-01-01')")).toEqual(['2024-01-01', '2024-06-01'])
    expect(await found("e.at < date('2024-01-01')")).toEqual(['2023-12-31'])
    expect(await found("e.at < datetime('2024-01-01T00:00Z')")).toEqual(['2024-01-01T00:30+01:00'])
    expect(await found("e.at = date('2024-06-01')")).toEqual(['2024-06-01'])
    // Durations compare with nothing.
    expect(await found("e.at > duration('PT1S')")).toEqual([])
  })

  test('durations have a sum and a mean, and not together with numbers', async () => {
    const db = await open()
    const text = 'UNWIND $values AS v RETURN sum(v), avg(v), min(v), max(v)'
    const run = async (values: unknown[]) => (await db.query(text, { values })).rows[0]!.map(String)
    const [day, month] = [Duration.parse('P1D'), Duration.parse('P1M')]
    expect(await run([day, month, day, day])).toEqual(['P1M3D', 'P8DT8H37M16.5S', 'P1D', 'P1M'])
    await expect(run([day, 0])).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
  })

  test('grouping and DISTINCT take equal values together', async () => {
    const db = await open()
    const text = `UNWIND [date('2024-01-01'), date('2024-W01-1'), duration('PT60S'), duration('PT1M'), '2024-01-01'] AS v
                  RETURN v, count(*) AS c ORDER BY v`
    expect((await db.query(text)).rows.map(([v, c]) => [String(v), c])).toEqual([
      ['2024-01-01', 2],
      ['PT1M', 2],
      ['2024-01-01', 1],
    ])
  })

  test('parameters and rows carry them both ways', async () => {
    const day = LocalDate.of(2024, 2, 29)
    expect(await value('$day', { day })).toStrictEqual(day)
    expect(await value('$day.ordinalDay', { day })).toBe(60)
    expect(await value('$at', { at: new Date(0) })).toStrictEqual(ZonedDateTime.parse('1970-01-01T00:00Z'))
    expect(await value('[$for, {a: $for}]', { for: Duration.parse('PT1H') })).toEqual([
      Duration.parse('PT1H'),
      { a: Duration.parse('PT1H') },
    ])
    expect(JSON.stringify(await value('{day: $day}', { day }))).toBe('{"day":"2024-02-29"}')
  })

  test('valueType names them', async () => {
    expect(
      await value("[v IN [date(), time(), localtime(), datetime(), localdatetime(), duration('P1D')] | valueType(v)]"),
    ).toEqual(['DATE', 'ZONED TIME', 'LOCAL TIME', 'ZONED DATETIME', 'LOCAL DATETIME', 'DURATION'])
  })
})
