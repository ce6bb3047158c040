import Inputs
import Testing

/// A text that must be refused, as which type, and the exact message.
struct Wrong: Sendable, CustomTestStringConvertible {
  var text: String
  var decode: @Sendable (YAMLNode) throws -> Void
  var message: String

  init<T: Decodable & SendableMetatype>(_ type: T.Type, _ text: String, _ message: String) {
    self.text = text
    decode = { _ = try StrictDecoder().decode(type, from: $0) }
    self.message = message
  }

  var testDescription: String { message }
}

let head = "name: a\nfrequency: 1\nbuffers: []\n"

let wrongTexts: [Wrong] = [
  // Syntax.
  Wrong(RawNode.self, "", "t.yaml:1:1: the document is empty"),
  Wrong(RawNode.self, "# nothing\n", "t.yaml:1:1: the document is empty"),
  Wrong(RawNode.self, "---\n", "t.yaml:1:1: the document is empty"),
  Wrong(
    RawNode.self, "a: 1\n---\nb: 2\n",
    "t.yaml:2:1: a second document begins here, a file holds one"),
  Wrong(
    RawNode.self, "a: [1, 2\nb: 3\n",
    "t.yaml:2:2: while parsing a flow sequence, did not find expected ',' or ']'"),
  Wrong(
    RawNode.self, "a: 1\n\tb: 2\n",
    "t.yaml:2:1: while scanning a plain scalar, found a tab character that violates indentation"),
  Wrong(
    RawNode.self, "a: \"x\n",
    "t.yaml:2:1: while scanning a quoted scalar, found unexpected end of stream"),
  Wrong(RawNode.self, "a: 1\né: 2\u{1}\n", "t.yaml:2:5: control characters are not allowed"),
  Wrong(RawNode.self, "a: 1\nb: 2\na: 3\n", "t.yaml:3:1: duplicate key `a`, first at line 1"),
  Wrong(RawNode.self, "a: 1\n'a': 3\n", "t.yaml:2:1: duplicate key `a`, first at line 1"),
  Wrong(RawNode.self, "? [a]\n: 1\n", "t.yaml:1:3: a key must be text, found a list"),
  Wrong(RawNode.self, "{a: 1}: 1\n", "t.yaml:1:1: a key must be text, found a mapping"),
  Wrong(RawNode.self, "- &x a\n- {*x : 1}\n", "t.yaml:2:4: a key must be text, found an alias"),
  Wrong(RawNode.self, "a: *x\n", "t.yaml:1:4: unknown anchor `x`"),
  Wrong(RawNode.self, "a: &x [*x]\n", "t.yaml:1:8: alias `x` stands inside its own anchor"),
  Wrong(
    RawNode.self, "a: &x [1]\nc:\n  <<: *x\n",
    "t.yaml:3:7: a merge key `<<` takes a mapping or a list of mappings, such as *name"),
  Wrong(
    RawNode.self, "a: &x {b: 1}\nc:\n  <<: [*x, 3]\n",
    "t.yaml:3:7: a merge key `<<` takes a mapping or a list of mappings, such as *name; entry 2 is none"
  ),
  Wrong(
    RawNode.self, "a: &x {b: 1}\nc:\n  <<: *x\n  <<: *x\n",
    "t.yaml:4:3: duplicate key `<<`, first at line 3"),
  Wrong(
    RawNode.self, "a:\n\t- b\n",
    "t.yaml:2:1: while scanning for the next token, found character that cannot start any token: a tab; "
      + "YAML is indented with blanks"),
  Wrong(RawNode.self, "a: !thing 1\n", "t.yaml:1:4: tag `!thing` is not supported"),
  Wrong(RawNode.self, "a: !!set {x}\n", "t.yaml:1:4: tag `!!set` is not supported"),
  Wrong(RawNode.self, "a: !!map [x]\n", "t.yaml:1:4: tag `!!map` does not fit this value"),
  // Keys.
  Wrong(
    Chip.self, "name: a\nfrequncy: 1\nbuffers: []\n",
    "t.yaml:2:1: unknown key `frequncy`, did you mean `frequency`?"),
  Wrong(Chip.self, "name: a\nbuffers: []\n", "t.yaml:1:1: missing key `frequency`"),
  Wrong(
    Chip.self, head + "ordr: tiled\n", "t.yaml:4:1: unknown key `ordr`, did you mean `order`?"),
  Wrong(
    Chip.self, head + "colour: red\n",
    "t.yaml:4:1: unknown key `colour`, expected one of buffers, frequency, lanes, levels, name, "
      + "offsets, order"),
  Wrong(
    Chip.self, "name: a\nfrequency: 1\nbuffers:\n  - size: 1\n    energyPJ: 2\n",
    "t.yaml:5:5: buffers[0]: unknown key `energyPJ`, did you mean `energy_pj`?"),
  Wrong(
    Chip.self, "name: a\nfrequency: 1\nbuffers:\n  - {size: 1}\n  - {is_shared: true}\n",
    "t.yaml:5:5: buffers[1]: missing key `size`"),
  Wrong(
    Nested.self, "outer: {value: 1, valve: 2}\nlist: [1, 2]\n",
    "t.yaml:1:19: outer: unknown key `valve`, expected one of value"),
  // Kinds of value.
  Wrong(Chip.self, "- 1\n", "t.yaml:1:1: expected a mapping, found a list"),
  Wrong(Chip.self, "~\n", "t.yaml:1:1: expected a mapping, found ~"),
  Wrong(
    Chip.self, "name: a\nfrequency: 1\nbuffers: {size: 1}\n",
    "t.yaml:3:10: buffers: expected a list, found a mapping"),
  Wrong(
    Chip.self, "name: a\nfrequency: 1\nbuffers:\n",
    "t.yaml:3:9: buffers: expected a list, found nothing"),
  Wrong(
    Chip.self, "name: [a]\nfrequency: 1\nbuffers: []\n",
    "t.yaml:1:7: name: expected text, found a list"),
  Wrong(
    Chip.self, "name: 123\nfrequency: 1\nbuffers: []\n",
    "t.yaml:1:7: name: expected text, found number 123, put it in quotes"),
  Wrong(
    Chip.self, "name: true\nfrequency: 1\nbuffers: []\n",
    "t.yaml:1:7: name: expected text, found true, put it in quotes"),
  Wrong(
    Chip.self, "name: null\nfrequency: 1\nbuffers: []\n",
    "t.yaml:1:7: name: expected text, found null, put it in quotes"),
  Wrong(
    Chip.self, "name:\nfrequency: 1\nbuffers: []\n",
    "t.yaml:1:6: name: expected text, found nothing"),
  // Numbers.
  Wrong(
    Chip.self, "name: a\nfrequency: .inf\nbuffers: []\n",
    "t.yaml:2:12: frequency: expected a finite number, found number .inf"),
  Wrong(
    Chip.self, "name: a\nfrequency: .nan\nbuffers: []\n",
    "t.yaml:2:12: frequency: expected a finite number, found number .nan"),
  Wrong(
    Chip.self, "name: a\nfrequency: 1e999\nbuffers: []\n",
    "t.yaml:2:12: frequency: number 1e999 is out of range"),
  Wrong(
    Chip.self, "name: a\nfrequency: fast\nbuffers: []\n",
    "t.yaml:2:12: frequency: expected a number, found `fast`"),
  Wrong(
    Chip.self, "name: a\nfrequency: \"1\"\nbuffers: []\n",
    "t.yaml:2:12: frequency: expected a number, found text \"1\""),
  Wrong(
    Chip.self, head + "lanes: 256\n",
    "t.yaml:4:8: lanes: expected a whole number between 0 and 255, found number 256"),
  Wrong(
    Chip.self, head + "lanes: -1\n",
    "t.yaml:4:8: lanes: expected a whole number of 0 or more, found number -1"),
  Wrong(Int.self, "1.5\n", "t.yaml:1:1: expected a whole number, found number 1.5"),
  Wrong(Int.self, "12.0\n", "t.yaml:1:1: expected a whole number, found number 12.0"),
  Wrong(Int.self, "\"12\"\n", "t.yaml:1:1: expected a whole number, found text \"12\""),
  Wrong(
    Int.self, "1_000\n",
    "t.yaml:1:1: expected a whole number, found `1_000`, leave out the underscores"),
  Wrong(Int.self, "0b11\n", "t.yaml:1:1: expected a whole number, found `0b11`"),
  Wrong(Int.self, "null\n", "t.yaml:1:1: expected a whole number, found null"),
  Wrong(
    Int.self, "9223372036854775808\n",
    "t.yaml:1:1: expected a whole number between -9223372036854775808 and 9223372036854775807, "
      + "found number 9223372036854775808"),
  Wrong([Int].self, "[1, x]\n", "t.yaml:1:5: [1]: expected a whole number, found `x`"),
  Wrong(
    Chip.self, head + "levels: {l1: 1, l2: a}\n",
    "t.yaml:4:21: levels.l2: expected a whole number, found `a`"),
  // Words.
  Wrong(Bool.self, "yes\n", "t.yaml:1:1: expected true or false, found `yes`"),
  Wrong(Bool.self, "'true'\n", "t.yaml:1:1: expected true or false, found text \"true\""),
  Wrong(Bool.self, "1\n", "t.yaml:1:1: expected true or false, found number 1"),
  Wrong(Order.self, "other\n", "t.yaml:1:1: expected one of row_major, tiled, found `other`"),
  Wrong(Order.self, "tild\n", "t.yaml:1:1: unknown value `tild`, did you mean `tiled`?"),
  Wrong(
    Chip.self, head + "order: [tiled]\n", "t.yaml:4:8: order: expected text, found a list"),
  // Errors of the types themselves.
  Wrong(Width.self, "narrow\n", "t.yaml:1:1: a width is a number or `wide`"),
  Wrong(Picky.self, "low: 2\nhigh: 1\n", "t.yaml:2:7: high: must not be below `low`"),
  Wrong(Picky.self, "own: true\n", "t.yaml:1:1: an error of its own"),
  Wrong(
    Nested.self, "outer: {value: 1}\nlist: [1]\n",
    "t.yaml:2:7: list: expected more than 1 element in the list"),
]

@Test(arguments: wrongTexts) func wrongYAML(_ wrong: Wrong) {
  let error = #expect(throws: InputError.self) {
    try wrong.decode(YAMLParser.parse(wrong.text, file: "t.yaml"))
  }
  #expect(error?.description == wrong.message)
  #expect(error?.kind != .unreadable)
}
