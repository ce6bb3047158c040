import Foundation
import Reports
import TestSupport
import Testing
import Validation

// Does every reference say what it is expected to say?
@Suite struct ValidationTests {
  /// Takes minutes without optimization: its rows are read from the page on trust, which
  /// `sh scripts/trust.sh` makes, continuous integration anew.
  private static let twins = "cycle-stepped-twins"

  @Test func everyQuantityHasItsStatus() throws {
    let validations = try Validation.names.filter { $0 != Self.twins }.map {
      try Validation($0, folders: Repository.folders)
    }
    let found = validations.flatMap { $0.report(command: "").table.rows }.map { row in
      [row[0], row[1], row[2], row[7]].map(NumberText.text(of:)).joined(separator: " | ")
    }
    #expect(
      found == [
        "zcu104-sushiaccel | latency of a layer | 52 | within",
        "zcu104-sushiaccel | latency of all measured layers of a sub-network | 3 | within",
        "scalesim-resnet50 | cycles, os | 54 | exact",
        "scalesim-resnet50 | input reads, os | 54 | exact",
        "scalesim-resnet50 | weight reads, os | 54 | exact",
        "scalesim-resnet50 | cycles, ws | 54 | exact",
        "scalesim-resnet50 | input reads, ws | 54 | exact",
        "scalesim-resnet50 | weight reads, ws | 54 | exact",
        "scalesim-closed-forms | cycles, systolic-32-is | 54 | exact",
        "scalesim-closed-forms | cycles, systolic-128-ws | 54 | exact",
        "stonne-sigma | cycles | 12 | within", "stonne-sigma | energy | 12 | within",
        "ofa-networks | parameters, printed digit | 56 | exact",
        "ofa-networks | multiply-accumulates | 55 | within",
        "ofa-networks | multiply-accumulates of ofa-note10-08 | 1 | known-gap",
        "note10-latency | entries of the table that the space uses | 3 | exact",
        "note10-latency | sum that the authors print, to 0.01 ms | 1 | exact",
        "note10-latency | latency in the network's name | 3 | within",
        "note10-latency | sums of another enumerator, to 0.01 ms | 6 | exact",
        "sushi-headline | latency saved, convolutions, 4 MiB inferred | 1 | within",
        "sushi-headline | latency saved, convolutions, 1728 KiB | 1 | known-gap",
        "sushi-headline | latency saved, whole networks, 1728 KiB | 1 | known-gap",
        "sushi-headline | accuracy points at equal latency, whole networks, 4 MiB inferred, "
          + "constraints assumed | 1 | within",
        "sushi-headline | accuracy points at equal latency, convolutions, 4 MiB inferred, "
          + "constraints assumed | 1 | known-gap",
        "sushi-headline | accuracy points at equal latency, whole networks, 1728 KiB, "
          + "constraints assumed | 1 | known-gap",
        "sushi-headline | off-chip energy saved, ResNet50 convolutions, 4 MiB inferred, "
          + "640 KiB for maps assumed | 1 | within",
        "sushi-headline | off-chip energy saved, ResNet50 convolutions, 1728 KiB, "
          + "640 KiB for maps assumed | 1 | known-gap",
        "sushi-headline | off-chip energy saved, ResNet50, whole networks, 1728 KiB, "
          + "maps cross the pins | 1 | known-gap",
        "sushi-headline | off-chip energy saved, MobileNetV3 convolutions, 4 MiB inferred "
          + "| 2 | known-gap",
        "sushi-headline | off-chip energy saved, MobileNetV3 convolutions, 1728 KiB "
          + "| 1 | known-gap",
        "zcu104-dpu | latency, networks it is fitted on | 4 | within",
        "zcu104-dpu | latency, other networks | 4 | within",
        "zcu104-dpu | latency, release 1.2 | 6 | within",
        "zcu104-dpu | latency, release 1.2 of SqueezeNet | 1 | known-gap",
        "stonne-tpu | cycles | 7 | exact",
        "eyeriss-alexnet | processing latency | 5 | within",
        "eyeriss-alexnet | total latency | 5 | within",
        "eyeriss-alexnet | active elements | 5 | exact",
        "eyeriss-alexnet | buffer traffic | 5 | within",
        "eyeriss-alexnet | DRAM traffic, conv3 and conv4 | 2 | within",
        "eyeriss-alexnet | DRAM traffic, zeros of results calibrated | 3 | within",
        "eyeriss-alexnet | energy of the chip at published times, idle power calibrated | 5 | within",
        "eyeriss-alexnet | energy of the chip | 5 | within",
        "eyeriss-alexnet | mapping, four layers | 28 | exact",
        "eyeriss-alexnet | mapping, conv3 | 7 | known-gap",
        "eyeriss-vgg16 | active elements | 13 | exact",
        "nvdla-estimates | frames per second of ResNet-50 | 7 | within",
        "eie-imbalance | time over that of evenly spread entries, nine layers | 9 | within",
        "eie-imbalance | the same, layer by layer; vgg16-fc6 is doubtful, its published even time is alexnet-fc6's | 9 | within",
        "eie-imbalance | time of evenly spread entries, fillers included | 9 | known-gap",
        "eie-imbalance | busy cycles by depth of the queues, 1 to 16, mean of nine layers | 5 | within",
        "plum-headline | non-zero weights, binary over signed-binary | 1 | within",
        "plum-headline | additions, binary over signed-binary | 1 | within",
        "plum-headline | additions, ternary over signed-binary, ternary on binary's engine | 1 | within",
        "plum-headline | additions, ternary over signed-binary, both with zeros skipped | 1 | no-reference",
        "plum-headline | energy on SIGMA, dense over density 0.36 | 1 | within",
        "maps-on-chip | maps of five fused layers of VGG-E, MiB | 1 | within",
        "maps-on-chip | map traffic saved on ResNet-34, whole maps in 512 KiB (assumed) | 1 | within",
        "maps-on-chip | FSRCNN by tiles: reads, writes, weights | 4 | exact",
        "maps-on-chip | FSRCNN by tiles: multiply-accumulates | 2 | exact",
        "zigzag | DRAM bytes | 60 | within",
        "zigzag | cycles | 60 | within",
        "zigzag | energy at equal prices | 60 | within",
        "language-models | products, a100-like | 280 | within",
        "language-models | vector operators, a100-like | 172 | within",
        "language-models | products, h100-like | 272 | within",
        "language-models | vector operators, h100-like | 151 | within",
        "language-models | products, rtx-pro-6000-like | 204 | within",
        "language-models | feed-forward part, tpu-v6e-like | 50 | within",
        "language-models | attention of one token, a100-like | 75 | within",
        "language-models | attention of chunks, a100-like | 50 | within",
        "language-models | attention of one token, rtx-pro-6000-like | 34 | within",
        "language-models | attention of chunks, rtx-pro-6000-like | 47 | within",
        "language-models | attention of one token, tpu-v6e-like | 46 | within",
        "language-models | attention of chunks, tpu-v6e-like | 27 | within",
        "language-models | published decode speeds above the bandwidth | 1 | exact",
        "served-requests | mean time to the first token | 1 | within",
        "served-requests | mean time per token | 1 | within",
        "served-requests | mean latency | 1 | within",
        "served-requests | tokens a second | 1 | within",
      ])
    #expect(validations.allSatisfy { $0.holds })
  }

  private static let page = "Sources/umemaki/umemaki.docc/HowFarToTrustIt.md"

  private static func rows(of file: String) throws -> [String] {
    try String(contentsOf: Repository.root.appending(path: file), encoding: .utf8)
      .split(separator: "\n").map(String.init).filter { $0.hasPrefix("| ") }
  }

  @Test func thePageOnTrustHasRowsOfEveryReference() throws {
    let rows = try Self.rows(of: Self.page)
    for name in Validation.names {
      #expect(rows.contains { $0.hasPrefix("| \(name) |") }, "\(name): sh scripts/trust.sh")
    }
  }

  @Test func theREADMEHasEightRowsOfThePageOnTrust() throws {
    let page = try Set(Self.rows(of: Self.page))
    let names = Validation.names.map { "| \($0) |" }
    let rows = try Self.rows(of: "README.md").filter { row in names.contains { row.hasPrefix($0) } }
    #expect(rows.count == 8)
    for row in rows { #expect(page.contains(row), "sh scripts/trust.sh") }
  }

  @Test func everyTwinHasItsStatus() throws {
    #expect(Validation.names.contains(Self.twins))
    let found = try Self.rows(of: Self.page).filter { $0.hasPrefix("| \(Self.twins) |") }.map {
      let cells = $0.dropFirst(2).dropLast(2).components(separatedBy: " | ")
      return [cells[0], cells[1], cells[2], cells[7]].joined(separator: " | ")
    }
    #expect(
      found == [
        "cycle-stepped-twins | cycles, dot-product-array | 35 | exact",
        "cycle-stepped-twins | cycles with shared transfers, dot-product-array | 54 | within",
        "cycle-stepped-twins | cycles, systolic-array | 38 | exact",
        "cycle-stepped-twins | cycles with shared transfers, systolic-array | 45 | within",
        "cycle-stepped-twins | cycles, row-stationary-array | 34 | exact",
        "cycle-stepped-twins | cycles with shared transfers, row-stationary-array | 55 | within",
        "cycle-stepped-twins | cycles, sparse-gemm-array | 28 | exact",
        "cycle-stepped-twins | cycles with shared transfers, sparse-gemm-array | 47 | within",
        "cycle-stepped-twins | cycles, sparse-repetition-array | 32 | exact",
        "cycle-stepped-twins | cycles with shared transfers, sparse-repetition-array | 46 | within",
        "cycle-stepped-twins | cycles, uneven-convolution | 24 | exact",
        "cycle-stepped-twins | cycles with shared transfers, uneven-convolution | 39 | within",
        "cycle-stepped-twins | cycles, transposed-convolution | 22 | exact",
        "cycle-stepped-twins | cycles with shared transfers, transposed-convolution | 37 | within",
        "cycle-stepped-twins | cycles, matrix-product | 36 | exact",
        "cycle-stepped-twins | cycles with shared transfers, matrix-product | 57 | within",
        "cycle-stepped-twins | cycles, moved-maps | 32 | exact",
        "cycle-stepped-twins | cycles with shared transfers, moved-maps | 52 | within",
        "cycle-stepped-twins | cycles, memory-levels | 30 | exact",
        "cycle-stepped-twins | cycles with shared transfers, memory-levels | 38 | within",
        "cycle-stepped-twins | cycles, row-binding | 29 | exact",
        "cycle-stepped-twins | cycles with shared transfers, row-binding | 56 | within",
        "cycle-stepped-twins | cycles, vector-work | 92 | exact",
        "cycle-stepped-twins | bytes, maps-on-chip | 100 | exact",
      ])
  }

  @Test func statusesFollowTheirDefinition() {
    func status(_ tolerance: Agreement.Tolerance, _ found: [Double]) -> Agreement.Status {
      Agreement("x", tolerance, found.map { Agreement.Pair(100, $0) }).status
    }
    #expect(status(.exact, [100, 100]) == .exact)
    #expect(status(.exact, [100, 101]) == .outside)
    #expect(status(.mean(0.02), [97.5, 101]) == .within)
    #expect(status(.mean(0.02), [96, 101]) == .outside)
    #expect(status(.each(0.02), [98.5, 101.5]) == .within)
    #expect(status(.each(0.02), [97, 100]) == .outside)
    #expect(status(.unreferenced("what"), [50]) == .unreferenced)
    #expect(status(.gap("why"), [50]) == .knownGap)
    #expect(status(.gap("why"), [100]) == .within)
    let agreement = Agreement("x", .exact, [.init(100, 90), .init(100, 120)])
    #expect(abs(agreement.meanError - 0.15) < 1e-12)
    #expect(abs(agreement.bias - 0.05) < 1e-12)
    #expect(abs(agreement.largestError - 0.2) < 1e-12)
  }
}
