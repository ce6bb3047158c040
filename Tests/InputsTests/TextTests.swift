import Inputs
import Testing

// Are texts of other people shown, guarded, and given back?
@Suite struct TextTests {
  @Test func whatATerminalObeysIsShown() {
    #expect(VisibleText.line("conv_1 \u{20AC} \u{05D0} é") == "conv_1 \u{20AC} \u{05D0} é")
    #expect(VisibleText.line("a\u{1B}[2J\u{7}\0\tb\r\nc") == #"a\u{1B}[2J\u{7}\0\tb\r\nc"#)
    #expect(
      VisibleText.line("\u{9B}\u{7F}\u{202E}\u{2066}\u{2028}\u{FFFF}")
        == #"\u{9B}\u{7F}\u{202E}\u{2066}\u{2028}\u{FFFF}"#)
    #expect(VisibleText.lines("a\n\tb\u{1B}\rc") == "a\n\tb" + #"\u{1B}\rc"#)
    // Every scalar but those stays.
    for value in UInt32(0x20)...0x2FF where !(0x7F..<0xA0).contains(value) {
      let text = String(Unicode.Scalar(value).map(Character.init) ?? " ")
      #expect(VisibleText.line(text) == text)
    }
  }

  @Test(arguments: [
    ("conv", "conv"), ("=1+1", "'=1+1"), ("+a", "'+a"), ("-a", "'-a"), ("@a", "'@a"),
    ("-5", "-5"), ("+1e3", "+1e3"), ("-", "-"), ("'quoted'", "'quoted'"), ("'=a", "''=a"),
    ("''=a", "'''=a"), ("'-5", "''-5"), ("=a,b", "\"'=a,b\""), ("a\"b", "\"a\"\"b\""), ("", ""),
    ("a=b", "a=b"), ("-inf", "-inf"), ("\t=a", "'\t=a"), ("a\r\nb", "\"a\r\nb\""),
  ])
  func formulasAreTexts(text: String, cell: String) {
    #expect(CSVText.cell(text) == cell)
    let isQuoted = cell.hasPrefix("\"")
    let bare = isQuoted ? String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\"") : cell
    #expect(CSVText.text(bare) == text)
  }

  @Test func everyTextComesBack() {
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    print("seed \(seed)")
    var state = seed
    for _ in 0..<5000 {
      var text = ""
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(Array("''=+-@1e\ta.")[Int(state >> 33) % 11])
      }
      let cell = CSVText.cell(text)
      #expect(CSVText.text(cell) == text, "seed \(seed): \(text)")
      let isNumber = Double(cell) != nil
      #expect(isNumber || !"=+-@\t".contains(cell.first ?? " "), "seed \(seed): \(text)")
    }
  }
}
