import Architectures
import Components
import Inputs
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Does a mapping file say all of a mapping, and is one that is none refused in words that help?
@Suite struct MappingFileTests {
  private let layers = [
    Layer(
      name: "first", operation: .convolution, kernels: 24, channels: 12, kernel: (3, 3),
      input: (14, 14), padding: 1),
    Layer(
      name: "again", operation: .convolution, kernels: 24, channels: 12, kernel: (3, 3),
      input: (14, 14), padding: 1),
    Layer(
      name: "last", operation: .fullyConnected, kernels: 40, channels: 24, kernel: (1, 1),
      input: (1, 1)),
  ]

  /// The design with its mappings from `text`.
  private func mapped(_ text: String, otherwise: String? = nil) throws -> Design {
    var machine = ArchitectureText()
    machine.sizes.output = 1 << 14
    let rest = otherwise.map { ", otherwise: \($0)" } ?? ""
    machine.more = "mapping: {rule: file, file: maps.yaml\(rest)}"
    return try design(machine.text, mappings: text)
  }

  private func searched(_ more: String = "mapping: {rule: search}") throws -> NetworkCost {
    var machine = ArchitectureText()
    machine.sizes.output = 1 << 14
    machine.more = more
    return try Evaluator(design(machine.text)).evaluate(
      Network(name: "three", subnet: nil, layers: layers), batch: 2)
  }

  @Test func aWrittenFileGivesTheSameCost() throws {
    let before = try searched()
    let text = try YAMLEncoder().encode(MappingFile(before))
    let after = try Evaluator(mapped(text)).evaluate(
      Network(name: "three", subnet: nil, layers: layers), batch: 2)
    #expect(after.cycles == before.cycles)
    #expect(after.totalEnergy == before.totalEnergy)
    #expect(after.entries.map(\.cost.mapping) == before.entries.map(\.cost.mapping))
  }

  /// Layers of one shape may be cut differently.
  @Test func layersGoByTheirNames() throws {
    let cost = try Evaluator(
      mapped(
        """
        layers:
          - {name: first, order: pixels-kernels-channels, pixels: 14, kernels: 4, channels: 12, keeps: [input]}
          - {name: again, order: kernels-pixels-channels, pixels: 28, kernels: 8, channels: 4, keeps: []}
        """, otherwise: "search")
    ).evaluate(Network(name: "three", subnet: nil, layers: layers))
    #expect(cost.entries[0].cost.mapping?.tile == Tile(pixels: 14, kernels: 4, channels: 12))
    #expect(cost.entries[1].cost.mapping?.tile == Tile(pixels: 28, kernels: 8, channels: 4))
    #expect(cost.entries[1].cost.mapping?.order == .kernelsOuter)
  }

  /// What is said of the layer `first`.
  private func refusal(_ mapping: String, batch: Int = 1) throws -> String? {
    let design = try mapped("layers:\n  - {name: first, \(mapping)}\n")
    guard
      case .infeasible(let reason) = LayerCostModel(design).cost(of: layers[0], batch: batch)
    else { return nil }
    return reason.description
  }

  private static let order = "order: pixels-kernels-channels"

  @Test(arguments: [
    (
      "\(order), pixels: 400, kernels: 4, channels: 4, keeps: []",
      "pixels: expected at most the 196 of the layer, found 400"
    ),
    (
      "\(order), pixels: 14, kernels: 25, channels: 4, keeps: []",
      "kernels: expected at most the 24 of the layer, found 25"
    ),
    (
      "\(order), pixels: 14, kernels: 4, channels: 4, keeps: [], images: 2",
      "images: expected a divisor of the batch of 1, found 2"
    ),
    (
      "\(order), pixels: 196, kernels: 24, channels: 12, keeps: []",
      "does not fit: needs 37632 B of output_buffer, which has 16 KiB"
    ),
  ]) func whatIsNoMappingIsRefused(_ mapping: String, _ reason: String) throws {
    #expect(try refusal(mapping) == "layer first: maps.yaml:2:5: \(reason)")
  }

  @Test func aLayerWithoutAMappingIsRefused() throws {
    guard
      case .infeasible(let reason) = LayerCostModel(try mapped("layers: []\n")).cost(of: layers[2])
    else {
      Issue.record("expected a refusal")
      return
    }
    #expect(
      reason.description
        == "layer last: maps.yaml has no mapping of it; add one, or say `otherwise: search` for "
        + "layers that it does not name")
  }

  @Test(arguments: [
    (
      "layers:\n  - {name: a, \(order), pixels: 0, kernels: 1, channels: 1, keeps: []}\n",
      "maps.yaml:2:55: layers[0].pixels: expected 1 or more, found 0"
    ),
    (
      """
      layers:
        - {name: a, \(order), pixels: 1, kernels: 1, channels: 1, keeps: []}
        - {name: a, \(order), pixels: 1, kernels: 1, channels: 1, keeps: []}
      """, "maps.yaml:3:12: layers[1].name: a second mapping of layer a"
    ),
  ]) func wrongFilesAreLocated(_ text: String, _ message: String) throws {
    #expect(throws: InputError.self) { try mapped(text) }
    do {
      _ = try mapped(text)
    } catch let error as InputError {
      #expect(error.description == message)
    }
  }

  // MARK: Layouts

  /// A row-stationary array with its mappings from `text`, or by `rule`.
  private func laidOut(
    _ text: String?, rule: String = "fastest", rest: String = "", buffer: Int = 1 << 20
  ) throws -> Design {
    var machine = ArchitectureText()
    machine.datapath = """
      {kind: row-stationary-array, rows: 6, columns: 7, input_scratchpad: 12, \
      weight_scratchpad: 64, sum_scratchpad: 8, input_bus: 1, weight_bus: 4, sum_bus: 4}
      """
    machine.rates = (200, 200, 200)
    machine.sizes.output = buffer
    machine.more = "mapping: {rule: \(text == nil ? rule : "file, file: maps.yaml")\(rest)}"
    return try design(machine.text, mappings: text ?? "")
  }

  @Test(arguments: [1, 2, 3]) func aWrittenLayoutGivesTheSameCost(batch: Int) throws {
    let network = Network(name: "three", subnet: nil, layers: layers)
    let before = try Evaluator(laidOut(nil)).evaluate(network, batch: batch)
    let text = try YAMLEncoder().encode(MappingFile(before))
    let after = try Evaluator(laidOut(text)).evaluate(network, batch: batch)
    #expect(after.cycles == before.cycles)
    #expect(after.totalEnergy == before.totalEnergy)
    #expect(after.entries.map(\.cost) == before.entries.map(\.cost))
  }

  private static let layout =
    "layout: {rows: 7, kernel_rows: 3, kernels_per_element: 4, channels_per_element: 2, "
    + "channel_sets: 1, kernel_sets: 2, next_input: beside}"

  private func layoutRefusal(
    _ layout: String, tile: String = "pixels: 98, kernels: 8, channels: 2", batch: Int = 1,
    buffer: Int = 1 << 20
  ) throws -> String? {
    let text = "layers:\n  - {name: first, \(Self.order), \(tile), keeps: [], \(layout)}\n"
    let outcome = LayerCostModel(try laidOut(text, buffer: buffer)).cost(
      of: layers[0], batch: batch)
    guard case .infeasible(let reason) = outcome else { return nil }
    return reason.description
  }

  @Test func aLayoutByHandIsTaken() throws {
    #expect(try layoutRefusal(Self.layout) == nil)
  }

  @Test(arguments: [
    ("rows: 7", "rows: 8", "layout.rows: expected 1 to 7, or all 14, found 8"),
    ("kernel_rows: 3", "kernel_rows: 4", "layout.kernel_rows: expected 1 to 3, found 4"),
    ("channel_sets: 1", "channel_sets: 3", "layout.channel_sets: expected 1 to 2, found 3"),
    ("kernel_sets: 2", "kernel_sets: 3", "layout.kernel_sets: expected 1 to 2, found 3"),
    (
      "channels_per_element: 2", "channels_per_element: 5",
      "layout.channels_per_element: expected 1 to 4, found 5"
    ),
    (
      "kernels_per_element: 4", "kernels_per_element: 9",
      "layout.kernels_per_element: expected 1 to 8, found 9"
    ),
    (
      "kernels_per_element: 4", "kernels_per_element: 5",
      "layout.kernel_sets: 2 sets of 5 kernels are more than the 8 whose sums are in the buffer"
    ),
    (
      "channels_per_element: 2", "channels_per_element: 3",
      "channels: the layout has 3 in a pass, found 2"
    ),
    (
      "rows: 7", "rows: 6",
      "pixels: the layout has 84, images x rows x 14 columns, found 98"
    ),
    (
      "next_input: beside", "next_input: banks",
      "layout.next_input: no buffer has `banks`, expected beside or afterwards"
    ),
  ]) func whatIsNoLayoutIsRefused(_ right: String, _ wrong: String, _ reason: String) throws {
    let layout = Self.layout.replacing(right, with: wrong)
    #expect(try layoutRefusal(layout) == "layer first: maps.yaml:2:5: \(reason)")
  }

  @Test func aLayoutThatDoesNotFitIsRefused() throws {
    #expect(
      try layoutRefusal(Self.layout, buffer: 4096)
        == "layer first: maps.yaml:2:5: does not fit: needs 3136 B of output_buffer, which has 2 KiB"
    )
    #expect(
      try layoutRefusal("images: 2, " + Self.layout, batch: 2)
        == "layer first: maps.yaml:2:5: layout.rows: 2 images need all 14 rows, found 7")
    #expect(
      try layoutRefusal("images: 1")
        == "layer first: maps.yaml:2:5: the array lays layers out, expected a `layout`")
  }

  @Test func onlyRowStationaryArraysTakeLayouts() throws {
    #expect(
      try refusal("\(Self.order), pixels: 98, kernels: 8, channels: 2, keeps: [], \(Self.layout)")
        == "layer first: maps.yaml:2:5: layout: only row-stationary arrays lay layers out, expected "
        + "none")
    do {
      _ = try laidOut("layers: []\n", rest: ", otherwise: search")
      Issue.record("expected a refusal")
    } catch let error as InputError {
      #expect(
        error.description.hasSuffix(
          "mapping.otherwise: `search` cannot map layers for `row-stationary-array`, expected "
            + "`fastest`"))
    }
    let rest = try Evaluator(laidOut("layers: []\n", rest: ", otherwise: fastest")).evaluate(
      Network(name: "three", subnet: nil, layers: layers))
    let fastest = try Evaluator(laidOut(nil)).evaluate(
      Network(name: "three", subnet: nil, layers: layers))
    #expect(rest.cycles == fastest.cycles)
  }
}
