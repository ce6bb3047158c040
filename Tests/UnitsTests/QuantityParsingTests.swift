import Foundation
import Testing
import Units

// Are texts that are not quantities refused with a message that says what would be right?
@Suite struct QuantityParsingTests {
  private func message<Value: Quantity>(_ type: Value.Type, _ text: String) -> String? {
    do {
      _ = try Value(parsing: text)
      return nil
    } catch {
      return error.description
    }
  }

  private func decoded<Value: Quantity>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  @Test(arguments: ["64", "", "KiB", "64KiB", "64 Ki B", "many KiB", "inf KiB", "nan KiB"])
  func missingUnit(_ text: String) {
    #expect(
      message(Bytes.self, text)
        == "expected a value with a unit, such as `64 KiB`, found `\(text)`")
  }

  @Test func unknownUnit() {
    #expect(
      message(Bytes.self, "64 KB") == "unknown unit `KB`, expected one of B, KiB, MiB, GiB")
    #expect(
      message(Bandwidth.self, "1 GiB/s")
        == "unknown unit `GiB/s`, expected one of B/s, kB/s, MB/s, GB/s, TB/s")
    #expect(
      message(Frequency.self, "1 mhz") == "unknown unit `mhz`, expected one of Hz, kHz, MHz, GHz")
    #expect(message(Cycles.self, "1 cycle") == "unknown unit `cycle`, expected one of cycles")
  }

  @Test func negative() {
    #expect(message(Bytes.self, "-1 KiB") == "must not be negative, found `-1 KiB`")
    #expect(message(Picojoules.self, "-0.5 pJ") == "must not be negative, found `-0.5 pJ`")
    #expect(message(Bandwidth.self, "-1 GB/s") == "must not be negative, found `-1 GB/s`")
  }

  @Test func fractionOfBaseUnit() throws {
    #expect(
      message(Bytes.self, "0.3 B") == "expected a whole number of B up to 2^53, found `0.3 B`")
    #expect(message(Bytes.self, "0.1 KiB") != nil)
    #expect(try Bytes(parsing: "0.5 KiB") == Bytes(512))
    #expect(message(Cycles.self, "1.5 cycles") != nil)
    #expect(message(Bandwidth.self, "0.5 B/s") != nil)
    #expect(message(Bandwidth.self, "0 GB/s") != nil)
  }

  @Test func tooLarge() {
    #expect(message(Bytes.self, "1e30 GiB") != nil)
    #expect(message(Bandwidth.self, "1e4 TB/s") != nil)
  }

  @Test func wholeValues() throws {
    #expect(try Bytes(parsing: "64 KiB").count == 65_536)
    #expect(try Bytes(parsing: "1 GiB").count == 1_073_741_824)
    #expect(try Frequency(parsing: "2.4 GHz").count == 2_400_000_000)
    #expect(try Bandwidth(parsing: "14.375 GB/s").bytesPerSecond == 14_375_000_000)
    #expect(try Bandwidth(parsing: "2.12 GB/s").bytesPerSecond == 2_120_000_000)
    #expect(try abs(Percentage(parsing: "79.8 %").value - 0.798) < 1e-12)
    #expect(try Picojoules(parsing: "2 nJ").value == 2000)
    #expect(try Milliwatts(parsing: "1 W").value == 1000)
  }

  /// A decimal that names a whole number of the base unit, whatever its binary fraction.
  @Test func decimalsOfALargeUnit() {
    var wrong: [String] = []
    for thousandths in 1...20_000 {
      let digits = String(thousandths % 1000 + 1000).dropFirst()
      let text = "\(thousandths / 1000).\(digits)"
      let link = try? Bandwidth(parsing: "\(text) GB/s")
      if link?.bytesPerSecond != thousandths * 1_000_000 { wrong.append("\(text) GB/s") }
      let clock = try? Frequency(parsing: "\(text) GHz")
      if clock?.count != thousandths * 1_000_000 { wrong.append("\(text) GHz") }
    }
    #expect(wrong.count == 0, "\(wrong.count) texts, such as \(wrong.prefix(8))")
  }

  @Test func unlimitedBandwidth() throws {
    let link = try decoded(Bandwidth.self, "\"unlimited\"")
    #expect(link == .unlimited)
    #expect(link.bytesPerSecond == nil)
    #expect(link.description == "unlimited")
    #expect(Bandwidth(bytesPerSecond: Int.max - 1) < link)
    #expect(message(Bandwidth.self, "unlimited") != nil)
  }

  @Test func bareNumber() {
    #expect(throws: QuantityError.self) { try decoded(Bytes.self, "64") }
    #expect(throws: QuantityError.self) { try decoded(Bandwidth.self, "19.2") }
    #expect(throws: QuantityError.self) { try decoded(Picojoules.self, "0.2") }
  }
}

// Does the text of a quantity read back as the same quantity?
@Suite struct QuantityRoundTripTests {
  @Test(arguments: [
    "0 B", "1 B", "1023 B", "1 KiB", "1025 B", "1536 KiB", "64 MiB", "3 GiB",
  ])
  func bytes(_ text: String) throws {
    #expect(try Bytes(parsing: text).description == text)
  }

  @Test(arguments: ["1 Hz", "999 Hz", "1050 MHz", "1 GHz", "100 MHz", "1001 Hz"])
  func frequency(_ text: String) throws {
    #expect(try Frequency(parsing: text).description == text)
  }

  @Test(arguments: ["14.375 GB/s", "1 GB/s", "2.5 MB/s", "1.000001 MB/s", "19.2 GB/s", "600 GB/s"])
  func bandwidth(_ text: String) throws {
    #expect(try Bandwidth(parsing: text).description == text)
  }

  @Test(arguments: ["999999 B/s", "0 GB/s", "1.5 B/s", "2000 TB/s"])
  func bandwidthOutOfRange(_ text: String) {
    #expect(throws: QuantityError.self) { try Bandwidth(parsing: text) }
  }

  @Test(arguments: ["79.8 %", "0 %", "100 %", "0.0001 %", "92.15 %"])
  func percentage(_ text: String) throws {
    #expect(try Percentage(parsing: text).description == text)
  }

  @Test(arguments: ["0.2 pJ", "20.3 pJ", "0 pJ", "1e-05 pJ"])
  func energy(_ text: String) throws {
    #expect(try Picojoules(parsing: text).description == text)
  }

  @Test func manyValues() {
    // The slowest link that a file may name is 1 MB/s.
    var rate = 1_000_000
    var step = 1
    while rate < 1_000_000_000_000 {
      let link = Bandwidth(bytesPerSecond: rate)
      #expect((try? Bandwidth(parsing: link.description)) == link, "\(rate) B/s as \(link)")
      let size = Bytes(rate)
      #expect((try? Bytes(parsing: size.description)) == size, "\(rate) B as \(size)")
      rate += step
      step = step * 3 / 2 + 1
    }
  }
}
