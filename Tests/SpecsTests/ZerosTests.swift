import Components
import Inputs
import Networks
import TestSupport
import Testing

// Does one stated share serve everyone who moves the map, and is a contradiction said?
@Suite struct ZerosTests {
  private func workload(_ lines: String) throws -> Workload {
    let text = "name: w\nsummary: s\nsource: t\n\(lines)\n"
    return try Workload(
      SpecFile(path: "w.yaml", node: try YAMLParser.parse(text, file: "w.yaml")))
  }

  private func network(_ lines: String) throws -> Network {
    try workload(lines).network(subnet: nil)
  }

  private func messages(_ lines: String) -> [String] {
    do {
      _ = try workload(lines)
      return []
    } catch {
      return (error as? InputError)?.all.map(\.description) ?? ["\(error)"]
    }
  }

  private func zeros(_ network: Network, _ name: String) throws -> ZeroShares {
    try #require(network.operations.first { $0.name == name }?.work.zeros)
  }

  private let head = "input: [4, 8, 8]\nlayers:\n"
  private func conv(_ name: String, _ more: String = "") -> String {
    "  - {name: \(name), operator: convolution, output_channels: 4, kernel: 3, padding: 1\(more)}\n"
  }
  private let relu = "  - {operator: relu}\n"

  /// The reader's share is the writer's, through the function between them, and the other way round.
  @Test(arguments: [
    (", zeros: {output: 0.7}", ""), ("", ", zeros: {input: 0.7}"),
    (", zeros: {output: 0.7}", ", zeros: {input: 0.7}"),
  ]) func oneShareServesBoth(_ first: String, _ second: String) throws {
    let network = try network(head + conv("a", first) + relu + conv("b", second))
    #expect(try zeros(network, "a").written == 0.7)
    #expect(try zeros(network, "b").input == 0.7)
    #expect(try zeros(network, "a.relu").written == 0.7)
    // What is rectified is another map.
    #expect(try zeros(network, "a.relu").input == nil)
    #expect(try zeros(network, "a").inputs.map(\.isInput) == [true])
    #expect(try zeros(network, "b").inputs.map(\.isInput) == [false])
    #expect(network.statesZeros)
  }

  @Test func whatIsPooledIsAnotherMap() throws {
    let network = try network(
      head + conv("a", ", zeros: {output: 0.7}") + relu
        + "  - {operator: max-pool, kernel: 2, stride: 2}\n" + conv("b", ", zeros: {input: 0.2}"))
    #expect(try zeros(network, "a").written == 0.7)
    #expect(try zeros(network, "b").input == 0.2)
    // Pooled on the way out, the map that is stored is the one that is read.
    let stages = network.maps.stages
    #expect(stages[0].work.zeros?.results.map(\.zeros) == [0.2])
    #expect(stages[1].work.zeros?.inputs.map(\.zeros) == [0.2])
  }

  @Test func everyReaderOfAMapReadsItsZeros() throws {
    let network = try network(
      head + conv("a") + relu + conv("b", ", zeros: {input: 0.4}")
        + conv("c", ", from: a.relu") + "  - {name: d, operator: concat, from: [b, c]}\n")
    #expect(try zeros(network, "c").input == 0.4)
    #expect(try zeros(network, "a").written == 0.4)
    // Beside a second reader, b hands on what it writes itself.
    #expect(try zeros(network, "b").written == nil)
  }

  @Test func namesOfTheSameElementsAreOneMap() throws {
    let network = try network(
      head + conv("a", ", zeros: {output: 0.5}") + "  - {operator: flatten}\n"
        + "  - {name: fc, operator: fully-connected, output_channels: 3}\n")
    #expect(try zeros(network, "fc").input == 0.5)
  }

  @Test func aSumHasAShareForEachOperand() throws {
    let network = try network(
      head + conv("a") + conv("b")
        + "  - {name: sum, operator: add, from: [a, b], zeros: {input: [0.1, 0.2], output: 0.3}}\n"
        + conv("c"))
    #expect(try zeros(network, "sum").reads == [0.1, 0.2])
    #expect(try zeros(network, "b").written == 0.2)
    #expect(try zeros(network, "c").input == 0.3)
    // On a design that fuses the sum to b, a is read beside it.
    let stage = try #require(network.maps.stages.first { $0.name == "b" })
    #expect(stage.work.zeros?.beside.map(\.zeros) == [0.1])
    #expect(stage.work.zeros?.results.map(\.zeros) == [0.3])
  }

  @Test func contradictionsAreSaidWhereTheyStand() {
    #expect(
      messages(
        head + conv("a", ", zeros: {output: 0.7}") + relu + conv("b", ", zeros: {input: 0.6}"))
        == [
          "w.yaml:8:99: layers[2].zeros.input: 0.6, but `a` says 0.7 of the same map"
        ])
  }

  @Test(arguments: [
    ("{input: 1.5}", "zeros.input: expected 0 to 1, found 1.5"),
    ("{output: -0.1}", "zeros.output: expected 0 to 1, found -0.1"),
    ("{}", "zeros: expected `input`, `output` or both"),
    ("{input: [0.1, 0.2]}", "zeros.input: expected one share, found 2"),
    ("{inputs: 0.5}", "zeros: unknown key `inputs`, did you mean `input`?"),
    ("{input: many}", "zeros.input: expected a number, found `many`"),
    ("{input: 50 %}", "zeros.input: expected a number, found `50 %`"),
  ]) func sharesAreChecked(_ zeros: String, _ message: String) {
    for lines in [
      head + conv("a", ", zeros: \(zeros)"),
      "layers:\n" + conv("a", ", input: [4, 8, 8], zeros: \(zeros)"),
    ] {
      let found = messages(lines)
      #expect(found.count == 1 && found[0].hasSuffix(message), "\(found)")
    }
  }

  @Test func aListStatesItsOwn() throws {
    let network = try network(
      "layers:\n" + conv("a", ", input: [4, 8, 8], zeros: {input: 0.1, output: 0.2}")
        + conv("b", ", input: [4, 8, 8]"))
    #expect(network.layers[0].zeros?.input == 0.1)
    #expect(network.layers[0].zeros?.written == 0.2)
    #expect(network.layers[0].zeros?.inputs[0].isInput == true)
    #expect(network.layers[1].zeros == nil)
  }

  /// The listing of a network says what is known, and reads back as the same network.
  @Test func aListingKeepsTheShares() throws {
    let workload = try workload(
      head + conv("a", ", zeros: {output: 0.7}") + relu
        + conv("b", ", zeros: {output: 0.25}"))
    let listing = workload.listing { "\"\($0)\"" }
    #expect(listing.contains("zeros: {input: 0.7, output: 0.25}"))
    #expect(try network(listing) == workload.network(subnet: nil))
  }

  /// The published zeros of AlexNet's five inputs count the padding: the file's are those without it.
  @Test func alexNetIsThePublishedOne() throws {
    let network = try Workload(Repository.file("workloads/alexnet.yaml")).network(subnet: nil)
    let published = [0.0001, 0.387, 0.725, 0.793, 0.776]
    for (layer, zeros) in zip(network.layers, published) {
      // Two digits of a per cent in the file, one in the paper.
      #expect(abs(1 - layer.activeInputShare - zeros) < 0.0005, "\(layer.name)")
    }
    #expect(network.layers[2].zeros?.written == network.layers[3].zeros?.input)
    #expect(network.layers[5].zeros?.input == nil)
  }
}
