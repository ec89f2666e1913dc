/** Features of our own, in the kit's words: they show each form of a step once. */
export const ownFeatures = `
Feature: Own - Each form of a step

  Background:
    Given any graph

  Scenario: [1] Rows in any order
    And having executed:
      """
      CREATE (:A {num: 1})-[:T {x: 1.5}]->(:B)
      """
    And parameters are:
      | low | 0           |
      | map | {a: [null]} |
    When executing query:
      """
      MATCH p = (a)-[r]->() WHERE a.num > $low RETURN a, r, p, $map AS map
      """
    Then the result should be, in any order:
      | a             | r             | p                                    | map         |
      | (:A {num: 1}) | [:T {x: 1.5}] | <(:A {num: 1})-[:T {x: 1.5}]->(:B)> | {a: [null]} |
    And no side effects

  Scenario Outline: [2] Rows in order
    When executing query:
      """
      UNWIND [3, 1, 2] AS x RETURN x ORDER BY x <order>
      """
    Then the result should be, in order:
      | x        |
      | <first>  |
      | 2        |
      | <last>   |
    And no side effects

    Examples:
      | order | first | last |
      | ASC   | 1     | 3    |
      | DESC  | 3     | 1    |

  Scenario: [3] Lists as bags
    When executing query:
      """
      RETURN [[1, 2], 'it\\'s'] AS list
      """
    Then the result should be (ignoring element order for lists):
      | list              |
      | ['it\\\\'s', [2, 1]] |
    And no side effects

  Scenario: [4] Side effects and a control query
    When executing query:
      """
      CREATE (:A:B {num: 1})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 2 |
      | +properties | 1 |
    When executing control query:
      """
      MATCH (n:A) RETURN n.num
      """
    Then the result should be, in any order:
      | n.num |
      | 1     |

  Scenario: [5] An error while compiling
    When executing query:
      """
      MATCH (n) RETURN m
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: [6] An error while running, which leaves nothing behind
    When executing query:
      """
      CREATE (n) WITH n DELETE n RETURN n.num
      """
    Then a EntityNotFound should be raised at runtime: DeletedEntityAccess

  Scenario: [7] A procedure, called with a FLOAT by an INTEGER
    And there exists a procedure test.my.proc(in :: FLOAT?) :: (out :: STRING?, n :: INTEGER?):
      | in   | out   | n    |
      | 42.0 | 'yes' | 1    |
      | 42.0 | 'and' | null |
      | 1.0  | 'no'  | 2    |
    When executing query:
      """
      CALL test.my.proc(42)
      """
    Then the result should be, in order:
      | out   | n    |
      | 'yes' | 1    |
      | 'and' | null |
    And no side effects

  Scenario: [8] A named graph
    Given the pair graph
    When executing query:
      """
      MATCH (n) RETURN count(*)
      """
    Then the result should be, in any order:
      | count(*) |
      | 2        |
    And no side effects

  @ignore
  Scenario: [9] What the kit does not run
    When executing query:
      """
      RETURN 1
      """
    Then the result should be empty
`

export const pairGraph: readonly string[] = ['CREATE ()', 'CREATE ()']
