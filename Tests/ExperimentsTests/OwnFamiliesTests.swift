import Components
import CostModel
import Exploration
import Foundation
import Inputs
import Networks
import Reports
import Studies
import TestSupport
import Testing

/// So many multiplications a cycle, whatever they are: a data path of one's own.
struct PlainLanes: Datapath {
  struct Spec: Codable, Hashable, Sendable {
    /// Multiplications per cycle.
    let lanes: Int
  }
  static let kind = "plain-lanes"
  static let summary = "Lanes that are always busy."

  let lanes: Int
  let lane = "multiplier"
  let needsWeights = false
  let countsPatterns = false
  let localBuffer: LocalBuffer? = nil
  let mapper: any LayerMapper.Type = LargestTileMapper.self
  let needsLayout = false

  init(_ spec: Spec) throws(SpecError) {
    guard (1...65_536).contains(spec.lanes) else {
      throw SpecError("lanes", "expected 1 to 65536, found \(spec.lanes)")
    }
    lanes = spec.lanes
  }

  func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false), layer.groups)
  }

  func largestCount(of nest: LoopNest, granule: Tile) -> Double { Double(nest.macs) * 2 }

  func prepare(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    Prepared(lanes: lanes, taps: nest.taps)
  }

  private struct Prepared: PreparedLayer {
    let lanes: Int
    let taps: Int
    let traits = LayerTraits(granule: Tile(pixels: 1, kernels: 1, channels: 1))

    func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
      let macs = tile.pixels * tile.kernels * tile.channels * taps
      var counts = ActionCounts()
      counts.perform(macs: macs)
      return TileExecution(counts: counts, timing: TileTiming(cycles: (macs + lanes - 1) / lanes))
    }

    func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
      TileOverlap(
        afterLastInput: timing.cycles, afterFirstResult: 0, lastShare: 1, afterLastRound: 0)
    }
  }
}

/// Whole maps in parts of so many kernels: a mapping rule of one's own.
struct KernelParts: LayerMapper {
  struct Spec: Codable, Hashable, Sendable {
    /// Kernels of a tile.
    let kernels: Int
  }
  static let kind = "kernel-parts"
  static let summary = "whole maps, some kernels at once"
  static let banks = BankUse.never

  private let kernels: Int

  init(_ spec: Spec) throws(SpecError) {
    guard spec.kernels > 0 else {
      throw SpecError("kernels", "expected 1 or more, found \(spec.kernels)")
    }
    kernels = spec.kernels
  }

  static func serves(_ datapath: any Datapath) -> Bool { !datapath.needsLayout }

  func plan(_ request: MappingRequest) -> LayerPlan {
    let (nest, _) = request.datapath.nest(of: request.layer, batch: request.batch)
    return .mapped(
      request.time(
        Mapping(
          order: .kernelsOuter,
          tile: Tile(
            pixels: nest.pixels, kernels: min(kernels, nest.kernels), channels: nest.channels),
          keepsInput: true, keepsWeights: true, images: request.batch)))
  }
}

/// A square of every element: an operator of one's own.
struct Square: Activation {
  static let kind = "square"
  static let summary = "The square of an element."
  static let operationsPerElement = 1
  let spec: NoParameters
  init(_ spec: NoParameters) { self.spec = spec }
}

/// Two or three 3 x 3 convolutions and a classifier: a space of one's own.
struct TwoOrThree: SupernetSpace {
  struct Spec: Codable, Hashable, Sendable {
    /// Channels of every convolution.
    let channels: Int
  }
  static let kind = "two-or-three"
  static let summary = "Two or three convolutions of equal width."

  private let channels: Int

  init(_ spec: Spec) throws(SpecError) {
    guard (1...64).contains(spec.channels) else {
      throw SpecError("channels", "expected 1 to 64, found \(spec.channels)")
    }
    channels = spec.channels
  }

  var size: UInt128 { 2 }
  var choices: [Int] { [2] }

  func build(_ subnet: SubnetSpec, into builder: inout LayerBuilder) throws(SpecError) {
    guard let depth = subnet.depths.first, subnet.depths.count == 1, (2...3).contains(depth) else {
      throw SpecError("depths", "expected [2] or [3]")
    }
    for index in 1...depth {
      builder.convolution("conv\(index)", channels, kernel: 3)
      builder.activation(ReLU.self)
    }
    builder.globalPool()
    builder.classifier("classifier", 10)
  }

  func smallest(resolution: Int) -> SubnetSpec { subnet(picks: [0], resolution: resolution) }
  func largest(resolution: Int) -> SubnetSpec { subnet(picks: [1], resolution: resolution) }
  func all(resolution: Int) -> [SubnetSpec]? {
    [smallest(resolution: resolution), largest(resolution: resolution)]
  }
  func subnet(picks: [Int], resolution: Int) -> SubnetSpec {
    SubnetSpec(resolution: resolution, depths: [picks[0] + 2])
  }
}

/// One type and one entry each, run through what commands call.
@Suite final class OwnFamiliesTests {
  private let root: URL
  private var folders = Repository.folders

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    folders.families.datapaths = Datapaths.registry.adding(.init(PlainLanes.self) { $0 })
    folders.families.mappers = LayerMappers.registry.adding(.init(KernelParts.self) { $0 })
    folders.families.supernets = Supernets.registry.adding(.init(TwoOrThree.self) { $0 })
    folders.families.operations = OperationKinds.registry.adding(.init(Square.self))
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  private func write(_ name: String, _ text: String) throws -> String {
    let path = root.appending(path: name).path
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  private func report(_ architecture: String, _ workload: String, subnet: String? = nil) throws
    -> Report
  {
    var inference = Inference(architecture: architecture, workload: workload)
    inference.question.subnet = subnet
    return try inference.report(folders: folders, command: "")
  }

  @Test func aSpaceIsRunAndChecked() throws {
    let path = try write(
      "space.yaml",
      """
      name: space
      summary: A space of one's own.
      source: "this project: a test"
      supernet: {kind: two-or-three, channels: 4}
      subnets:
        - {name: three, resolution: 32, depths: [3]}

      """)
    #expect(try SpecCheck(fileAt: path, folders: folders).kind == "workload")
    // 3 to 4 channels, then 4 to 4, of 9 taps at 1024 pixels each, and 4 x 10.
    let layers = (3 * 4 + 4 * 4) * 9 * 1024
    let cases = [("three", layers + 4 * 4 * 9 * 1024), ("{resolution: 32, depths: [2]}", layers)]
    for (subnet, macs) in cases {
      let text = try report("tpu-like", path, subnet: subnet).document.text
      #expect(text.contains("\"macs\": \(macs + 40),"), "\(subnet)")
    }
    #expect {
      _ = try self.report("tpu-like", path, subnet: "{resolution: 32, depths: [4]}")
    } throws: { "\($0)".contains("expected [2] or [3]") }
    // A program without the space says so.
    #expect {
      _ = try Inference(architecture: "tpu-like", workload: path).report(
        folders: Repository.folders, command: "")
    } throws: { "\($0)".contains("unknown supernet") }
  }

  /// A file of the data path, perhaps with a mapping rule.
  private func architecture(_ mapping: String) throws -> String {
    var text = ArchitectureText()
    text.datapath = "{kind: plain-lanes, lanes: 16}"
    text.overlaps = ("none", "none", "none")
    return try write("a.yaml", text.text + mapping)
  }

  private func workload() throws -> String {
    try write(
      "w.yaml",
      """
      name: w
      summary: One layer.
      source: "this project: a test"
      layers:
        - {name: layer, operator: convolution, input: [1, 4, 4], output_channels: 2, kernel: 3}

      """)
  }

  @Test func aDatapathIsRunAndChecked() throws {
    let path = try architecture("")
    #expect(try SpecCheck(fileAt: path, folders: folders).resolved.contains("kind: plain-lanes"))
    // 2 kernels of 9 taps at 2 x 2 pixels: 72 on 16 lanes.
    let text = try report(path, workload()).document.text
    #expect(text.contains("\"cycles\": 5,"))
    #expect(text.contains("\"multiplications\": 72,"))
    #expect {
      _ = try SpecCheck(fileAt: path, folders: Repository.folders)
    } throws: { "\($0)".contains("unknown datapath `plain-lanes`") }
  }

  @Test func aMappingRuleIsRunAndChecked() throws {
    let path = try architecture("mapping: {rule: kernel-parts, kernels: 1}\n")
    #expect(try SpecCheck(fileAt: path, folders: folders).kind == "architecture")
    // 36 of either kernel by itself take 3 cycles.
    #expect(try report(path, workload()).document.text.contains("\"cycles\": 6,"))
    for (mapping, message) in [
      ("{rule: kernel-parts, kernels: 0}", "expected 1 or more, found 0"),
      ("{rule: kernel-part}", "kernel-part"), ("{rule: largest, kernels: 1}", "belongs to `rule: "),
    ] {
      let wrong = try architecture("mapping: \(mapping)\n")
      #expect {
        _ = try SpecCheck(fileAt: wrong, folders: self.folders)
      } throws: { "\($0)".contains(message) }
    }
  }

  @Test func anOperatorIsReadAndItsWorkIsCounted() throws {
    let path = try write(
      "square.yaml",
      """
      name: square
      summary: A convolution, its squares, and a convolution of them.
      source: "this project: a test"
      input: [2, 6, 5]
      layers:
        - {name: first, operator: convolution, output_channels: 4, kernel: 3}
        - {operator: square}
        - {name: second, operator: convolution, output_channels: 1, kernel: 1}

      """)
    let workload = try folders.workload(SpecFile(path: path))
    let network = try workload.network(subnet: nil)
    #expect(network.operations.map(\.kind) == ["convolution", "square", "convolution"])
    // 4 channels of 4 x 3 elements, one operation each.
    #expect(network.operations.compactMap(\.vectorWork).map(\.allOperations) == [48])
    let text = try report("tpu-like", path).document.text
    #expect(text.contains("\"macs\": \(2 * 4 * 9 * 12 + 4 * 12),"))
    #expect {
      _ = try Workload(SpecFile(path: path))
    } throws: { "\($0)".contains("square") }
  }
}
