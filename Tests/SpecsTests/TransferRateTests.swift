import Architectures
import Components
import Foundation
import Inputs
import TestSupport
import Testing
import Units

// What rate has a link of which a file says none?
@Suite struct TransferRateTests {
  /// A shipped architecture without the rates of its links, with other text in place of what `edits` name.
  private func open(_ name: String, _ edits: [(String, String)] = []) throws -> SpecFile {
    let url = Repository.root.appending(path: "arch/\(name).yaml")
    var text = try String(contentsOf: url, encoding: .utf8)
      .replacing(/\{bandwidth: [^,]*, overlap/, with: "{overlap")
    for (old, new) in edits {
      try #require(text.contains(old))
      text = text.replacing(old, with: new)
    }
    return SpecFile(path: "a.yaml", node: try YAMLParser.parse(text, file: "a.yaml"))
  }

  private func rates(_ file: SpecFile) throws -> [Bandwidth] {
    let transfers = try Architecture(file).spec.memory.transfers
    return [transfers.input.bandwidth, transfers.weight.bandwidth, transfers.output.bandwidth]
  }

  @Test func theRateIsThatOfDRAM() throws {
    let file = try open(
      "systolic-32-os",
      [("bandwidth: unlimited", "bandwidth: 12.8 GB/s"), ("ports: separate", "ports: shared")])
    let expected = Bandwidth(bytesPerSecond: 12_800_000_000)
    #expect(try rates(file) == [expected, expected, expected])
    #expect(try rates(open("systolic-32-os")) == [.unlimited, .unlimited, .unlimited])
  }

  /// A link that is written out is equal to one that is filled in, and is what is printed.
  @Test func nothingElseChanges() throws {
    let stated = try Architecture(Repository.file("arch/systolic-32-os.yaml")).spec
    let filled = try Architecture(open("systolic-32-os")).spec
    #expect(filled.memory == stated.memory)
    let text = try YAMLEncoder().encode(filled)
    #expect(try text == YAMLEncoder().encode(stated))
  }

  @Test func theRateIsThatOfALevel() throws {
    let file = try open(
      "edge-sram",
      [("# assumed\n      ports: separate", "# assumed\n      ports: shared")])
    let expected = Bandwidth(bytesPerSecond: 96_000_000_000)
    #expect(try rates(file) == [expected, expected, expected])
    let past = try open(
      "edge-sram",
      [
        ("# assumed\n      ports: separate", "# assumed\n      ports: shared"),
        ("holds: [input, weight, output]", "holds: [input]"),
        ("link: 12.8 GB/s", "link: 6.4 GB/s"), ("bandwidth: 12.8 GB/s ", "bandwidth: 19.2 GB/s "),
        ("weight: {overlap", "weight: {bandwidth: 12.8 GB/s, overlap"),
        ("output: {overlap", "output: {bandwidth: 12.8 GB/s, overlap"),
      ])
    #expect(
      try rates(past) == [
        expected, Bandwidth(bytesPerSecond: 12_800_000_000),
        Bandwidth(bytesPerSecond: 12_800_000_000),
      ])
  }

  /// Separate ports can carry reads and writes at full rate only where there is room for both.
  @Test func separatePortsNeedRates() throws {
    let error = #expect(throws: InputError.self) {
      try Architecture(open("edge-sram"))
    }
    #expect(
      error?.message
        == "separate ports draw up to 192 GB/s together, found 96 GB/s; lower a link or "
        + "use `ports: shared`"
    )
    #expect(error?.others.isEmpty == true)
  }
}
