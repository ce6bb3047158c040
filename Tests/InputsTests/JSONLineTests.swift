import Inputs
import Testing

struct JSONLineTests {
  private let place = SourceLocation(file: "answers", line: 3, column: 1)

  @Test func `values keep their digits and escapes are undone`() throws {
    struct Value: Decodable, Equatable {
      let name: String
      let counts: [Int]
      let share: Double
      let isRight: Bool
    }
    let node = try JSONLine.parse(
      #" {"name": "a\"\u00e9\ud83d\ude00\n", "counts": [1, -2, 9007199254740993], "share": 1.5e-3, "is_right": true} "#,
      at: place)
    let value = try StrictDecoder().decode(Value.self, from: node)
    #expect(
      value
        == Value(
          name: "a\"\u{e9}\u{1F600}\n", counts: [1, -2, 9_007_199_254_740_993], share: 0.0015,
          isRight: true))
  }

  @Test(arguments: [
    ("", "answers:3:1: not JSON: expected a value"),
    ("{\"a\": NaN}", "answers:3:7: not JSON: expected a value, found `NaN`"),
    ("{\"a\": 01}", "answers:3:7: not JSON: expected a value, found `01`"),
    ("{\"a\": .5}", "answers:3:7: not JSON: expected a value, found `.5`"),
    ("{'a': 1}", "answers:3:2: not JSON: expected a key in quotation marks"),
    ("{\"a\": 1,}", "answers:3:9: not JSON: expected a key in quotation marks"),
    ("{\"a\": 1, \"a\": 2}", "answers:3:10: key `a` is there twice"),
    ("{\"a\" 1}", "answers:3:6: not JSON: expected a colon"),
    ("{\"a\": 1", "answers:3:8: not JSON: expected a comma or a closing brace"),
    ("[1 2]", "answers:3:4: not JSON: expected a comma or a closing bracket"),
    ("[1] 2", "answers:3:5: not JSON: expected nothing behind the value"),
    ("\"a", "answers:3:3: not JSON: a quotation mark is not closed"),
    ("\"\\q\"", "answers:3:3: not JSON: unknown escape `\\q`"),
    ("\"\\ud800\"", "answers:3:8: not JSON: half a character"),
    ("\"\\u12\"", "answers:3:3: not JSON: expected four hexadecimal digits"),
    ("thinking...", "answers:3:1: not JSON: expected a value, found `thinking...`"),
  ]) func `what is no JSON is refused at its place`(text: String, message: String) {
    let error = #expect(throws: InputError.self) { try JSONLine.parse(text, at: place) }
    #expect(error?.description == message)
  }

  @Test func `depth has a limit`() {
    let text = String(repeating: "[", count: 100_000)
    let error = #expect(throws: InputError.self) { try JSONLine.parse(text, at: place) }
    #expect(error?.message == "not JSON: nested more than 32 deep")
  }
}
