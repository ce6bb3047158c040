import Components
import Foundation
import Inputs
import Networks
import Testing

@testable import Importing

/// Topologies written here, one fault or one freedom each.
@Suite struct TopologyHeaderTests {
  private static let columns =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides"

  private func network(_ text: String) throws -> PeerNetwork {
    try TopologyImport.network(of: TopologyFile(bytes: Array(text.utf8), file: "t.csv"))
  }

  private func layer(_ text: String) throws -> Layer {
    let found = try network(text).layers
    #expect(found.count == 1)
    return try #require(found.first).checked()
  }

  private func message(_ text: String) -> String? {
    let error = #expect(throws: InputError.self) { try network(text) }
    return error?.description
  }

  private func notes(_ text: String) throws -> [String] { try network(text).notes }

  /// 4 channels are read and 8 written: 24 are a multiple of 8, 7 come of nothing.
  @Test func layersThatAreNoNetworkSaySo() throws {
    func text(_ channels: Int) throws -> String {
      let rows = "a, 40, 20, 5, 3, 4, 8, 1\nb, 8, 8, 1, 1, \(channels), 8, 1"
      let imported = try network("\(Self.columns)\n\(rows)")
      return try PeerText(name: "t", file: "t.csv", digest: "0", network: imported)
        .yaml(isConnected: channels == 24)
    }
    #expect(try text(7).contains("\nconnected: false\nlayers:\n"))
    #expect(!(try text(24).contains("connected: false")))
    for channels in [7, 24] {
      let node = try YAMLParser.parse(try text(channels), file: "t.yaml")
      let layers = try Workload(SpecFile(path: "t.yaml", node: node)).network(subnet: nil).layers
      #expect(layers.map(\.channels) == [4, channels])
    }
  }

  // MARK: Columns

  @Test func columnsMayStandInAnyOrder() throws {
    let plain = try layer("\(Self.columns)\na, 40, 20, 5, 3, 4, 8, 1")
    let swapped = try layer(
      "Strides, Num Filter, Channels, Filter Width, Filter Height, IFMAP Width, IFMAP Height, Layer\n"
        + "1, 8, 4, 3, 5, 20, 40, a")
    #expect(plain == swapped)
    #expect(plain.channels == 4 && plain.kernels == 8 && plain.kernelRows == 5)
    let product = try layer("K, N, Layer, M\n16, 5, q, 7")
    #expect(product.macs == 7 * 5 * 16 && product.kernels == 5 && product.inputRows == 7)
  }

  /// 28 files of SCALE-Sim head both columns of the map alike.
  @Test func theMisspeltHeaderIsRead() throws {
    let text =
      "Layer name, IFMAP Width, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,"
      + "\na, 40, 20, 5, 3, 4, 8, 1,"
    let found = try layer(text)
    #expect(found.inputRows == 40 && found.inputColumns == 20)
    #expect(
      try notes(text) == [
        #"two columns "IFMAP Width": the first is read as `IFMAP Height`, the second as "#
          + "`IFMAP Width`"
      ])
  }

  @Test func aMisspeltColumnIsReadWithANote() throws {
    let text = Self.columns.replacing("Num Filter", with: "Num Fitlers") + "\na,9,9,3,3,4,8,1"
    #expect(try layer(text).kernels == 8)
    #expect(try notes(text) == [#"column "Num Fitlers" read as `Num Filter`"#])
  }

  @Test(arguments: [
    (
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Strides",
      "t.csv:1:1: the header has no column `Num Filter`; the columns are Layer name, IFMAP Height, "
        + "IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides"
    ),
    (
      columns + ", Channels",
      "t.csv:1:100: a second column `Channels`, the first is at column 69"
    ),
  ])
  func aHeaderThatFitsNoLayerIsRefused(header: String, expected: String) {
    #expect(message("\(header)\na, 9, 9, 3, 3, 4, 8, 1, 1") == expected)
  }

  @Test func furtherColumnsAreLeftOutByName() throws {
    let text = "\(Self.columns),,,Eh,Ew,e2\nConv1,224,224,8,8,3,64,2,,,110,110,12100"
    #expect(try layer(text).macs == 109 * 109 * 64 * 3 * 64)
    #expect(try notes(text) == [#"columns "Eh", "Ew", "e2" left out: nothing of a layer"#])
    let unnamed = "\(Self.columns),,Eh\nConv1,224,224,8,8,3,64,2,7,110"
    #expect(try notes(unnamed).last == #"line 2: "7" left out: no heading says what it is"#)
    #expect(
      message("\(Self.columns)\na, 9, 9, 3, 3, 4, 8, 1, 1, 5")
        == #"t.csv:2:28: "5" stands beyond the header's 8 columns, delete it or name its column"#)
  }

  // MARK: Values

  @Test func aBatchIsNamed() throws {
    let header = Self.columns + ", Batch Size,"
    #expect(try notes("\(header)\na,33,33,3,3,4,8,2,1,").isEmpty)
    #expect(try layer("\(header)\na,33,33,3,3,4,8,2,2,").rows.stride == 2)
    var batched = try network("\(header)\na,33,33,3,3,4,8,2,2,")
    batched.settleBatches()
    #expect(
      batched.notes == ["a batch of 2: the workload is one image of it, run it with --batch 2"])
    #expect(
      message("\(header)\na,33,33,3,3,4,8,2,0,")
        == "t.csv:2:19: Batch Size: expected a whole number from 1 to 1073741824, found \"0\"")
  }

  /// 16 x 16 with a ring of zeros under 3 x 3: as many windows as pixels.
  @Test func paddingIsApplied() throws {
    let header = Self.columns.replacing("Strides", with: "Padding, Strides")
    let found = try layer("\(header)\na,16,16,3,3,4,8,1,1")
    #expect(found.rows.before == 1 && found.rows.stride == 1 && found.outputPixels == 256)
    // A window of 5 fits a map of 3 with its zeros, and stride 2 needs one more row: (3 + 2 - 4) / 2.
    let extended = try layer("\(header)\na,3,3,4,4,4,8,1,2")
    #expect(extended.inputRows == 4 && extended.outputRows == 2)
    let sides = Self.columns + ", Padding Height, Padding Width"
    #expect(try layer("\(sides)\na,16,16,3,3,4,8,1,1,1").rows.before == 1)
    let uneven = try layer("\(sides)\na,16,16,3,5,4,8,1,1,2")
    #expect(uneven.rows.before == 1 && uneven.columns.before == 2 && uneven.outputPixels == 256)
  }

  /// A batch that differs from layer to layer: rows of a product, or no layer where windows overlap.
  @Test func batchesThatDifferAreRows() throws {
    let header = Self.columns + ", Batch Size,"
    var mixed = try network(
      "\(header)\na,7,7,1,1,4,8,1,1,\nb,7,7,1,1,4,8,1,3,\nc,5,5,5,5,4,8,1,2,\nd,9,9,3,3,4,8,1,2,")
    mixed.settleBatches()
    #expect(mixed.layers.map(\.name) == ["a", "b", "c"])
    #expect(
      try mixed.layers.map { try $0.checked().macs } == [
        7 * 7 * 32, 3 * 7 * 7 * 32, 2 * 25 * 32,
      ])
    #expect(mixed.refusals.map(\.macs) == [2 * 49 * 9 * 32])
    #expect(
      mixed.notes == [
        "batches differ from layer to layer: the images of 2 of them are rows of one product, "
          + #""b", "c""#
      ])
  }

  @Test func dilationAndGroupsAreRead() throws {
    // 3 taps 2 apart span 5 of 16 rows.
    let dilated = try layer("\(Self.columns), Dilation\na,16,16,3,3,4,8,1,2")
    #expect(dilated.rows.dilation == 2 && dilated.outputPixels == 12 * 12)
    #expect(
      message("\(Self.columns), Dilation\na,4,4,3,3,4,8,1,2")
        == "t.csv:2:7: Filter Height: expected at most the map's 4, found 3, dilated to 5")
    let grouped = try layer("\(Self.columns), Groups\na,16,16,3,3,4,8,1,2")
    #expect(grouped.groups == 2 && grouped.macs == 196 * 9 * 2 * 8)
    let perChannel = try layer("\(Self.columns), Groups\na,16,16,3,3,4,4,1,4")
    #expect(perChannel.operation == .depthwiseConvolution && perChannel.macs == 196 * 9 * 4)
  }

  @Test func aLayerPerChannelIsNoted() throws {
    let text = "\(Self.columns)\nDPN92_stem,231,231,7,7,3,64,2\nDP_1,10,10,3,3,1,4,1"
    #expect(
      try notes(text) == [
        #""DPN92_stem": `DP` in the name makes it a layer per channel, as in SCALE-Sim: 192 "#
          + "outputs in 3 groups"
      ])
  }

  // MARK: Lines

  @Test func commentsAndTitlesAreNoLayers() throws {
    let text = """
      # made by hand
      ResNet
      \(Self.columns),

      Stage 1,,,
      a, 9, 9, 3, 3, 4, 8, 1, # the stem
      # b, 9, 9, 3, 3, 4, 8, 1,
      c, 9, 9, 3, 3, 4, 8, 1,#dw
      """
    #expect(try network(text).layers.map(\.name) == ["a", "c"])
    #expect(
      try notes(text) == [
        #"line 2, "ResNet", has no numbers: left out as a title"#,
        #"line 5, "Stage 1", has no numbers: left out as a title"#,
      ])
    #expect(
      message("\(Self.columns)\na\t9\t9\t3\t3\t4\t8\t1")
        == "t.csv:2:1: expected fields divided by commas, as in the header")
    #expect(message("\(Self.columns)\na,9,9,3,3,4,8") == "t.csv:2:1: `Strides` is missing")
    #expect(
      message("\(Self.columns)\na,9,9,3,3,,8,#1")
        == "t.csv:2:1: `Channels`, `Strides` are missing")
  }

  @Test(arguments: ["\t", ";", " , "])
  func fieldsMayBeDividedOtherwise(divider: String) throws {
    let lines = [Self.columns.replacing(", ", with: divider), "a b, 9, 9, 3, 3, 4, 8, 1"]
    let text = lines.joined(separator: "\n").replacing(", ", with: divider)
    #expect(try layer(text).name == "a b")
    #expect(try layer(text).macs == 49 * 9 * 4 * 8)
  }

  @Test(arguments: [
    (#""a""#, "a"), (#""conv, 1""#, "conv, 1"), (#""say ""hi""""#, #"say "hi""#),
    (#""odd" name"#, #""odd" name"#), (#""open"#, #""open"#), (#" "a" "#, "a"),
  ])
  func namesMayStandInQuotes(written: String, name: String) throws {
    #expect(try layer("\(Self.columns)\n\(written),9,9,3,3,4,8,\"1\"").name == name)
  }

  // MARK: Strides and sparsity

  @Test func stridesBeyondTheHeaderAreRead() throws {
    #expect(try layer("\(Self.columns)\na,9,9,3,3,4,8,2,2").rows.stride == 2)
    let uneven = try layer("\(Self.columns)\na,9,9,3,3,4,8,2,1")
    #expect(uneven.rows.stride == 2 && uneven.columns.stride == 1 && uneven.outputPixels == 4 * 7)
    let named = Self.columns.replacing("Strides", with: "Stride Height, Stride Width")
    #expect(try layer("\(named)\na,9,9,3,3,4,8,2,2").rows.stride == 2)
  }

  /// A whole number behind the first stride is the second, whatever its heading.
  @Test func aNumberUnderSparsityIsAStride() throws {
    let text = "\(Self.columns), Sparsity\na,9,9,3,3,4,8,2,1,"
    #expect(try layer(text).columns.stride == 1 && layer(text).rows.stride == 2)
    #expect(
      try notes(text) == [
        "line 2: 1 under `Sparsity` is read as the stride along the columns, as SCALE-Sim does"
      ])
  }

  /// 2 of 4 weights are kept: half of them are zero, which a workload can say.
  @Test func sparseLayersStateTheirZeros() throws {
    let found = try network(
      "\(Self.columns), Sparsity\na,9,9,3,3,4,8,1,2:4\nb,9,9,3,3,4,8,1,1:1\nc,9,9,3,3,4,8,1,1:4")
    #expect(found.layers.map(\.weightZeros) == [0.5, nil, 0.75])
    #expect(found.leftOut == nil)
    #expect(
      found.notes == [
        "2 sparse layers (1:4, 2:4): stated as shares of zero weights; a design that counts values "
          + "needs weights, which `make-weights --distribution ternary` draws by them"
      ])
    let text = try PeerText(name: "t", file: "t.csv", digest: "0", network: found)
      .yaml(isConnected: true)
    let node = try YAMLParser.parse(text, file: "t.yaml")
    let layers = try Workload(SpecFile(path: "t.yaml", node: node)).network(subnet: nil).layers
    #expect(layers.map { $0.zeros?.weight } == [0.5, nil, 0.75])
  }
}
