import Architectures
import Components
import CostModel
import Foundation
import Inputs
import Networks
import TestSupport
import Testing
import Units

// Do breakdowns add up, and is the unit and the reach of a table always said?
@Suite struct EnergyTests {
  private static func names(in folder: String) -> [String] {
    let path = Repository.root.appending(path: folder).path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted()
  }

  private func table(
    _ edit: (String) -> String = { $0 }, dram: String = "ddr4-18"
  ) throws -> EnergyTable {
    let url = Repository.root.appending(path: "arch/energy/horowitz-45nm.yaml")
    let text = edit(try String(contentsOf: url, encoding: .utf8))
    return try EnergyTable(
      table: SpecFile(path: "t.yaml", node: try YAMLParser.parse(text, file: "t.yaml")),
      dram: SpecFile(path: Repository.root.appending(path: "arch/energy/dram/\(dram).yaml").path))
  }

  private func message(_ edit: (String) -> String) -> String? {
    do {
      _ = try table(edit)
      return nil
    } catch {
      return "\(error)"
    }
  }

  // MARK: Sums

  private static let layers = [
    Layer(
      name: "conv", operation: .convolution, kernels: 16, channels: 8, kernel: (3, 3),
      input: (12, 12), padding: 1),
    Layer(
      name: "shortcut", operation: .convolution, kernels: 16, channels: 8, kernel: (1, 1),
      input: (12, 12), stride: 2),
    Layer(
      name: "depthwise", operation: .depthwiseConvolution, kernels: 8, channels: 8, kernel: (3, 3),
      input: (12, 12), padding: 1),
    Layer(
      name: "fc", operation: .fullyConnected, kernels: 10, channels: 64, kernel: (1, 1),
      input: (1, 1)),
  ]

  /// Every shipped design: one entry per name, what was counted priced once, and the sum the total.
  @Test(arguments: names(in: "arch")) func breakdownsAddUp(_ file: String) throws {
    let architecture = try Architecture(
      SpecFile(path: Repository.root.appending(path: "arch/\(file)").path))
    let choice = architecture.spec.energy
    let energy = try EnergyTable(
      table: SpecFile(
        path: Repository.root.appending(path: "arch/energy/\(choice.table).yaml").path),
      dram: SpecFile(
        path: Repository.root.appending(path: "arch/energy/dram/\(choice.dram).yaml").path))
    let design = try Design(architecture, energy: energy)
    for layer in Self.layers {
      let cost = try #require(LayerCostModel(design).cost(of: layer).cost)
      let names = cost.energy.map(\.name)
      #expect(Set(names).count == names.count, "\(names)")
      let sum = cost.energy.reduce(0) { $0 + $1.amount.value }
      #expect(sum == cost.totalEnergy.value)
      let again = expected(cost, design)
      // Sums of the same products in another order.
      #expect(abs(sum - again) <= 1e-12 * again, "\(file) \(layer.name): \(sum), \(again)")
    }
  }

  /// The energy of the counts of a layer, priced from the table and not from the model.
  private func expected(_ cost: LayerCost, _ design: Design) -> Double {
    let (table, spec) = (design.energy.table, design.architecture.spec)
    let width = max(spec.precision.input.count, spec.precision.weight.count)
    let work = cost.work
    let narrow = design.datapath.localBuffer?.width.count ?? spec.precision.input.count
    var sum =
      Double(work[.multiplications]) * table.multiply(bits: width).value
      + Double(work[.additions]) * table.add(bits: spec.precision.accumulator.count).value
      + Double(work[.narrowAdditions]) * table.add(bits: narrow).value
      + Double(work[.registerAccesses]) * access(design, width)
      + Double(work[.linkBytes])
      * (spec.cores?.network?.energyPerByteHop.amount.value ?? 0)
    var sizes = Dictionary(
      uniqueKeysWithValues: spec.memory.buffers.map { ($0.name, $0.size) }
        + spec.memory.levels.map { ($0.name, $0.size) })
    sizes["persistent_buffer"] = spec.memory.persistentBuffer?.size
    var power = sizes.values.reduce(0) { $0 + table.buffer(size: $1).leakage.value }
    // Every core has buffers of its own.
    power *= Double(spec.coreCount)
    for kind in design.kinds.dropFirst() {
      for buffer in kind.design.architecture.spec.memory.buffers {
        sizes["\(kind.name).\(buffer.name)"] = buffer.size
        power += table.buffer(size: buffer.size).leakage.value * Double(kind.count)
      }
    }
    for level in cost.traffic {
      let (read, write) = (Double(level.read.bits.count), Double(level.write.bits.count))
      if level.level == .dram {
        sum += read * table.dramReadPerBit.value + write * table.dramWritePerBit.value
      } else if let size = sizes[level.name] {
        let price = table.buffer(size: size)
        sum += read * price.read.value + write * price.write.value
      }
    }
    if let local = design.datapath.localBuffer {
      let price = table.buffer(size: local.size)
      sum +=
        Double(local.width.count)
        * (Double(work[.localReads]) * price.read.value + Double(work[.localWrites])
          * price.write.value)
      power += price.leakage.value * Double(spec.coreCount)
    }
    power += spec.idlePower?.value ?? 0
    return sum + power * spec.frequency.seconds(cost.total) * 1e9
  }

  /// One of the four accesses of a multiply-accumulate: to a register, or on average to memories of
  /// the scratchpads' sizes, three of them read and the last one written.
  private func access(_ design: Design, _ width: Int) -> Double {
    let (table, precision) = (design.energy.table, design.architecture.spec.precision)
    guard let pads = design.datapath.scratchpads else { return table.register(bits: width).value }
    func price(_ words: Int, _ bits: Bits) -> (read: Double, write: Double) {
      let price = table.buffer(size: Bytes(holding: bits * words))
      return (price.read.value * Double(bits.count), price.write.value * Double(bits.count))
    }
    let sums = price(pads.sum, precision.accumulator)
    return
      (price(pads.input, precision.input).read + price(pads.weight, precision.weight).read
      + sums.read + sums.write) / 4
  }

  /// A buffer cannot take the name of another component.
  @Test(arguments: Architecture.reservedNames + [""]) func reserved(_ name: String) throws {
    let text = ArchitectureText().text.replacing("name: input_buffer", with: "name: \"\(name)\"")
    #expect {
      try design(text)
    } throws: { error in
      "\(error)".contains("memory.buffers[0].name: ")
    }
  }

  /// Every component of a breakdown beside the buffers is reserved.
  @Test func everyComponentIsReserved() throws {
    var text = ArchitectureText()
    text.persistent = 4096
    text.datapath = sparseRepetition(
      mode: "dense", tileWidth: 4, block: 8, pixels: 2, adders: (1, 3))
    let design = try design(text.text)
    let cost = try #require(LayerCostModel(design).cost(of: Self.layers[0]).cost)
    let area = AreaModel(
      try AreaTable(
        SpecFile(path: Repository.root.appending(path: "arch/area/aladdin-cacti-45nm.yaml").path)))
    let buffers = ["input_buffer", "weight_buffer", "output_buffer"]
    let names = cost.energy.map(\.name) + area.area(of: design).map(\.name)
    for name in names where !buffers.contains(name) {
      #expect(Architecture.reservedNames.contains(name), "\(name)")
    }
  }

  // MARK: Sizes outside the table

  @Test func constantOutsideWithACaveat() throws {
    let table = try table()
    let mebibyte = 1 << 20
    #expect(
      table.buffer(size: Bytes(16 * mebibyte)).read == table.buffer(size: Bytes(mebibyte)).read)
    #expect(table.buffer(size: Bytes(1)).read == table.buffer(size: Bytes(8192)).read)
    #expect(
      table.caveat(of: "weights", size: Bytes(16 * mebibyte))?.description
        == "weights of 16 MiB is priced as one of 1 MiB, where energy table horowitz-45nm ends")
    #expect(
      table.caveat(of: "sums", size: Bytes(512))?.description
        == "sums of 512 B is priced as one of 8 KiB, where energy table horowitz-45nm begins")
    for size in [8192, 100_000, mebibyte] {
      #expect(table.caveat(of: "b", size: Bytes(size)) == nil)
    }
  }

  /// The line through 32 KiB, 20 pJ, and 1 MiB, 100 pJ: a factor of 5 in 32.
  @Test func logLogOutside() throws {
    let table = try table {
      $0.replacing("band:", with: "sram_outside: {rule: log-log, source: test}\nband:")
    }
    let large = table.buffer(size: Bytes(32 << 20)).read.value * 64
    #expect(abs(large - 500) < 1e-9)
    // Below: 10 pJ at 8 KiB and 20 pJ at 32 KiB halve from size to size.
    let small = table.buffer(size: Bytes(2048)).read.value * 64
    #expect(abs(small - 5) < 1e-12)
    let sixteen = table.buffer(size: Bytes(16 << 20)).read.value * 64
    #expect(abs(sixteen / 100 - 3.62) < 0.01)
    #expect(table.caveat(of: "b", size: Bytes(16 << 20)) == nil)
    // Nothing changes between the sizes.
    #expect(
      try table.buffer(size: Bytes(100_000)).read == self.table().buffer(size: Bytes(100_000)).read)
  }

  @Test func caveatsAreInTheRunsWarnings() throws {
    var text = ArchitectureText()
    text.sizes = (4096, 2 << 20, 1 << 20)
    let run = try Evaluator(design(text.text)).evaluate(
      Network(name: "n", subnet: nil, layers: [Self.layers[0]]))
    let found = run.warnings.filter { $0.contains("energy table") }
    #expect(
      found == [
        "input_buffer of 4 KiB is priced as one of 8 KiB, where energy table horowitz-45nm begins",
        "weight_buffer of 2 MiB is priced as one of 1 MiB, where energy table horowitz-45nm ends",
      ])
  }

  /// Of the many sizes of a sweep the one farthest from the table is named.
  @Test func farthestCaveats() throws {
    let table = try table()
    let sizes = [2 << 20, 16 << 20, 4 << 20, 4096, 1024, 1 << 20]
    let caveats = sizes.compactMap { table.caveat(of: "b", size: Bytes($0)) }
    #expect(SRAMCaveat.farthest(caveats).map(\.size) == [Bytes(16 << 20), Bytes(1024)])
  }

  // MARK: Ranges

  @Test(
    arguments: [
      (
        "{bits: 8, energy: 0.2 pJ", "{bits: 8, energy: 1e13 pJ",
        "multiply[1].energy: expected 0 or 1e-12 to 1e12, found 10000000000000 pJ"
      ),
      (
        "{bits: 8, energy: 0.2 pJ", "{bits: 8, energy: 1e-13 pJ",
        "multiply[1].energy: expected 0 or 1e-12 to 1e12, found 1e-13 pJ"
      ),
      (
        "read: 100 pJ", "read: 1e300 pJ",
        "sram[2].read: expected 0 or 1e-12 to 1e12, found 1e+300 pJ"
      ),
      (
        "size: 1 MiB, width: 64 bit", "size: 1 MiB, width: 1048577 bit",
        "sram[2].width: expected 1 bit to 1048576 bit, found 1048577 bit"
      ),
      (
        "size: 8 KiB, width: 64 bit", "size: 8 KiB, width: 0 bit",
        "sram[0].width: expected 1 bit to 1048576 bit, found 0 bit"
      ),
      (
        "arithmetic: [0.5, 2]", "arithmetic: [0.5, 1e7]",
        "band.arithmetic: expected [low, high] with 1e-6 <= low <= 1 <= high <= 1e6"
      ),
      (
        "band:", "sram_outside: {rule: log-log, source: \"\"}\nband:",
        "sram_outside.source: every rule names its source"
      ),
    ])
  func outsideTheRange(_ old: String, _ new: String, _ expected: String) {
    let found = message { $0.replacing(old, with: new, maxReplacements: 1) }
    #expect(found?.hasSuffix(": " + expected) ?? false, "\(found ?? "accepted")")
  }

  /// Lowest and highest prices give finite energies and bands.
  @Test(arguments: ["0 pJ", "1e-12 pJ", "1e12 pJ"]) func extremePrices(_ price: String) throws {
    let table = try table { text in
      // A price of nothing cannot be moved, so that the entries which say so go.
      text.replacing(/(energy|read|write): [0-9.]+ pJ/) { "\($0.output.1): \(price)" }
        .replacing(/\nassumed:\n( .*\n)+/, with: "\n")
    }
    let design = try Design(
      Architecture(
        SpecFile(
          path: "a.yaml", node: try YAMLParser.parse(ArchitectureText().text, file: "a.yaml"))),
      energy: table)
    let run = try Evaluator(design).evaluate(
      Network(name: "n", subnet: nil, layers: Self.layers))
    let band = design.energy.band(of: run.energy)
    #expect(run.totalEnergy.value.isFinite)
    #expect(band.low.value.isFinite && band.high.value.isFinite)
    #expect(band.low <= run.totalEnergy && run.totalEnergy <= band.high)
  }

  /// A table of one size has no line to go on along.
  @Test func aLineNeedsTwoSizes() throws {
    let url = Repository.root.appending(path: "arch/energy/eyeriss-relative-65nm.yaml")
    let text = try String(contentsOf: url, encoding: .utf8)
      .replacing("band:", with: "sram_outside: {rule: log-log, source: test}\nband:")
    let dram = Repository.root.appending(path: "arch/energy/dram/eyeriss-relative.yaml").path
    #expect {
      try EnergyTable(
        table: SpecFile(path: "t.yaml", node: try YAMLParser.parse(text, file: "t.yaml")),
        dram: SpecFile(path: dram))
    } throws: { error in
      "\(error)".hasSuffix("sram_outside: a line needs two sizes, found one; leave it out")
    }
  }
}
