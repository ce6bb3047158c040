import Inputs
import Testing

@Suite struct YAMLEncoderTests {
  func roundTrip<T: Codable & Equatable>(_ value: T) throws {
    let text = try YAMLEncoder().encode(value)
    let back = try StrictDecoder().decode(T.self, from: YAMLParser.parse(text, file: "t.yaml"))
    #expect(back == value, "\(text)")
  }

  @Test func layout() throws {
    let chip = Chip(
      name: "chip one", frequency: 2.5,
      buffers: [Buffer(size: 1, energyPJ: 0.5), Buffer(size: 2)], order: .rowMajor,
      offsets: [1, 2], levels: ["b": 1, "a": 2])
    #expect(
      try YAMLEncoder().encode(chip) == """
        name: chip one
        frequency: 2.5
        buffers:
          - size: 1
            energy_pj: 0.5
          - size: 2
        order: row_major
        offsets: [1, 2]
        levels:
          a: 2
          b: 1

        """)
    try roundTrip(chip)
  }

  @Test func texts() throws {
    let texts = [
      "", " ", "a ", " a", "1", "-1", "1.5", "0x1", "true", "False", "null", "~", "yes", "No", "on",
      ".inf", "a: b", "a #b", "#a", "- a", "[a]", "{a}", "a,b", "'", "\"", "\\", "a\nb", "a\r\nb",
      "\t", "\u{0}", "\u{7f}", "\u{85}", "\u{2028}", "\u{feff}", "\u{ffff}", "é", "漢字", "🎈", "&a",
      "*a", "!a", "%a", "@a", "`a`", "|", ">", "?", ":", "<<", "---", "...", "=", "1_000", "a/b.c",
      "1e5", "e5", String(repeating: "word ", count: 100),
    ]
    try roundTrip(texts)
    for text in texts { try roundTrip(text) }
    try roundTrip(Dictionary(uniqueKeysWithValues: texts.filter { $0 != "<<" }.map { ($0, $0) }))
  }

  @Test func numbers() throws {
    try roundTrip([
      0.1, 1e-300, .leastNonzeroMagnitude, 1e300, -0.0, 1, .greatestFiniteMagnitude, .pi,
    ])
    try roundTrip([Float(0.1), .leastNonzeroMagnitude, .greatestFiniteMagnitude])
    try roundTrip([Int.min, .max, 0])
    try roundTrip(UInt64.max)
    #expect(throws: (any Error).self) { try YAMLEncoder().encode([Double.nan]) }
  }

  @Test func collections() throws {
    try roundTrip([[Int]]())
    try roundTrip([[1, 2], [], [3]])
    try roundTrip([[[1], [2, 3]], [[]], []])
    try roundTrip([[Buffer(size: 1), Buffer(size: 2)], [], [Buffer(size: 3, energyPJ: 1)]])
    try roundTrip([[String: Int]]())
    try roundTrip([["a": 1], [:], ["b": 2, "c": 3]])
    try roundTrip(["x": ["y": [String: Int]()]])
    try roundTrip([1, nil, 3] as [Int?])
    try roundTrip(Array(0..<1000))
    try roundTrip(["deep": [["a": [Array(repeating: "long enough to wrap", count: 9)]]]])
  }
}
