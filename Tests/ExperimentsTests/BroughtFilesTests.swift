import Components
import Inputs
import Networks
import Testing

@testable import Importing

/// Lines as the topologies of SCALE-Sim's repositories have them, with their numbers by hand.
@Suite struct BroughtFilesTests {
  private func layers(_ text: String) throws -> ([Layer], WorkloadImport) {
    let scratch = try PeerScratch()
    try scratch.write("net.csv", Array(text.utf8))
    let imported = try WorkloadImport(
      scratch.path("net.csv"), name: "net", inputShapes: InputShapes([]), skipsUnsupported: false)
    return (try ImportFixtures.layers(imported), imported)
  }

  private static let heading =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"

  /// A batch of recommendations and a volume laid out as rows: more than 65,536 of them.
  @Test func productsOfManyRows() throws {
    let (found, _) = try layers("Layer, M, N, K\nscores, 140000, 8, 16\nvoxels, 4200000, 32, 9\n")
    #expect(found.map(\.inputRows) == [140_000, 4_200_000])
    #expect(found.map(\.macs) == [140_000 * 8 * 16, 4_200_000 * 32 * 9])
  }

  /// A language model's layer written as a convolution: 2 x 10^13 multiply-accumulates in one line.
  @Test func oneLayerOfManyTera() throws {
    let (found, _) = try layers(
      Self.heading + "up, 16384, 256, 1, 1, 1024, 4096, 1,\n")
    #expect(found.map(\.macs) == [16_384 * 256 * 1024 * 4096])
    #expect(found[0].macs == 17_592_186_044_416)
  }

  /// Layers that hand on no map are read once, as a list.
  @Test func layersWithoutConnectionsSaySo() throws {
    let (found, imported) = try layers(
      Self.heading + "a, 8, 8, 3, 3, 4, 16, 1,\nb, 8, 8, 3, 3, 7, 16, 1,\n")
    #expect(found.count == 2)
    #expect(imported.yaml.contains("connected: false\nlayers:\n"))
    let (_, chain) = try layers(
      Self.heading + "a, 8, 8, 3, 3, 4, 16, 1,\nb, 8, 8, 3, 3, 16, 16, 1,\n")
    #expect(!chain.yaml.contains("connected"))
  }

  /// A list of many layers takes time in proportion: each has a map of its own.
  @Test func manyLayersAreRead() throws {
    let lines = (0..<4000).map { "c\($0), 16, 16, 3, 3, 8, 8, 1,\n" }.joined()
    let (found, _) = try layers(Self.heading + lines)
    #expect(found.count == 4000)
    #expect(found.reduce(0) { $0 + $1.macs } == 4000 * 14 * 14 * 9 * 64)
  }
}
