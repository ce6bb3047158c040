internal import Components
internal import Experiments
internal import Inputs

/// A constant that is calibrated or assumed, not taken from a source.
struct PerturbedConstant: Sendable {
  /// Where a constant comes from.
  enum Origin: String, Sendable {
    /// Fitted on measurements.
    case calibrated
    /// Chosen, or inferred.
    case assumed
  }

  /// Name in reports.
  let name: String
  /// Its origin.
  let origin: Origin
  /// The files that hold it, such as `arch/sushi-zcu104`, moved together.
  let files: [String]
  /// The dotted paths of its values in each of them, moved together.
  let paths: [String]

  init(_ name: String, _ origin: Origin, in files: [String], _ paths: [String]) {
    self.name = name
    self.origin = origin
    self.files = files
    self.paths = paths
  }

  /// The folders with this constant times `factor`.
  func moved(by factor: Double, in folders: SpecFolders) throws(InputError) -> SpecFolders {
    var result = folders
    for name in files {
      var file = try Self.file(name, in: folders)
      for path in paths {
        let text = try text(at: path, of: file)
        let value = YAMLNode(text: try Self.moved(text, by: factor, file), at: file.node.location)
        file = try file.locating { () throws(SpecError) in try file.replacing(path, with: value) }
      }
      result.hold(file)
    }
    return result
  }

  /// The file called `name`, `FOLDER/NAME`.
  static func file(_ name: String, in folders: SpecFolders) throws(InputError) -> SpecFile {
    let parts = name.split(separator: "/")
    return try folders.file(
      at: folders.path(
        of: String(parts[parts.count - 1]), in: parts.dropLast().joined(separator: "/")))
  }

  /// The text at `path`.
  func text(at path: String, of file: SpecFile) throws(InputError) -> String {
    guard let text = file.scalar(at: path) else {
      throw file.error(SpecError(path, "no value to move for `\(name)`"))
    }
    return text
  }

  /// A number with its unit, times `factor`; things that are counted stay whole and move by one at
  /// least, sizes stay whole bytes.
  static func moved(
    _ text: String, by factor: Double, _ file: SpecFile
  ) throws(InputError) -> String {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Double(digits), number > 0 else {
      throw file.error(SpecError("", "cannot move `\(text)`, expected a number above 0 and a unit"))
    }
    func whole(_ number: Double) -> Int {
      let moved = Int((number * factor).rounded())
      return moved == Int(number) ? moved + (factor > 1 ? 1 : -1) : moved
    }
    switch unit {
    case "": return "\(whole(number))"
    case "cycles", "bit": return "\(whole(number)) \(unit)"
    case "KiB": return "\(whole(number * 1024)) B"
    case "MiB": return "\(whole(number * 1_048_576)) B"
    default:
      let moved = (number * factor * 1e9).rounded() / 1e9
      return "\(moved) \(unit)"
    }
  }
}

/// The constants that `validate --perturb` moves, and those that it does not.
enum PerturbedConstants {
  private static let engines = [
    "arch/plum-sr", "arch/plum-dense", "arch/plum-sparse", "arch/plum-repetition",
  ]
  private static let links = ["input", "weight", "output"].map {
    "memory.transfers.\($0).bandwidth"
  }

  /// Every calibrated or assumed constant that a committed experiment or a reference depends on.
  static let all: [PerturbedConstant] = [
    .init("layer overhead", .calibrated, in: ["arch/sushi-zcu104"], ["layer_overhead"]),
    .init("pass overhead", .calibrated, in: ["arch/sushi-zcu104"], ["datapath.pass_overhead"]),
    .init("read bandwidth", .calibrated, in: ["arch/sushi-zcu104"], Array(links.prefix(2))),
    .init("depthwise channels", .assumed, in: ["arch/sushi-zcu104"], [depthwise]),
    .init("input buffer", .assumed, in: ["arch/sushi-zcu104"], [buffer(0)]),
    .init("output buffer", .assumed, in: ["arch/sushi-zcu104"], [buffer(2)]),
    .init("persistent buffer", .assumed, in: ["arch/sushi-zcu104"], [persistent]),
    .init("depthwise channels", .assumed, in: ["arch/sushi-analytic"], [depthwise]),
    .init("input buffer", .assumed, in: ["arch/sushi-analytic"], [buffer(0)]),
    .init("output buffer", .assumed, in: ["arch/sushi-analytic"], [buffer(2)]),
    .init("persistent buffer", .assumed, in: ["arch/sushi-analytic"], [persistent]),
    .init("clock", .assumed, in: engines, ["frequency"]),
    .init("accumulator", .assumed, in: engines, ["precision.accumulator"]),
    .init("bandwidth", .assumed, in: engines, ["memory.dram.bandwidth"] + links),
    .init("input buffer", .assumed, in: engines, [buffer(0)]),
    .init("weight buffer", .assumed, in: engines, [buffer(1)]),
    .init("sum buffer", .assumed, in: engines, [buffer(2)]),
    .init("clock", .assumed, in: ["arch/plum-sushi"], ["frequency"]),
    .init("accumulator", .assumed, in: ["arch/plum-sushi"], ["precision.accumulator"]),
    .init("bandwidth", .assumed, in: ["arch/plum-sushi"], ["memory.dram.bandwidth"] + links),
    .init("input buffer", .assumed, in: ["arch/plum-sushi"], [buffer(0)]),
    .init("weight buffer", .assumed, in: ["arch/plum-sushi"], [buffer(1)]),
    .init("sum buffer", .assumed, in: ["arch/plum-sushi"], [buffer(2)]),
    .init(
      "buffer writes", .assumed, in: ["arch/energy/horowitz-45nm"],
      (0..<3).map { "sram[\($0)].write" }),
    .init("DRAM reads", .assumed, in: ["arch/energy/dram/ddr4-18"], ["read"]),
    .init("DRAM writes", .assumed, in: ["arch/energy/dram/ddr4-18"], ["write"]),
    .init("layer overhead", .calibrated, in: ["arch/xilinx-dpu-b4096"], ["layer_overhead"]),
    .init("weight buffer", .assumed, in: ["arch/xilinx-dpu-b4096"], [buffer(1)]),
    .init("sum buffer", .assumed, in: ["arch/xilinx-dpu-b4096"], [buffer(2)]),
    .init("clock", .assumed, in: ["arch/nvdla-large"], ["frequency"]),
    .init("convolution buffer", .assumed, in: ["arch/nvdla-large"], [buffer(0)]),
    .init("accumulator", .assumed, in: ["arch/nvdla-large"], [buffer(1)]),
    .init("input scratchpad", .assumed, in: ["arch/eyeriss-v1"], ["datapath.input_scratchpad"]),
    .init("weight scratchpad", .assumed, in: ["arch/eyeriss-v1"], ["datapath.weight_scratchpad"]),
    .init("sum scratchpad", .assumed, in: ["arch/eyeriss-v1"], ["datapath.sum_scratchpad"]),
    .init("input bus", .assumed, in: ["arch/eyeriss-v1"], ["datapath.input_bus"]),
    .init("weight bus", .assumed, in: ["arch/eyeriss-v1"], ["datapath.weight_bus"]),
    .init("sum bus", .assumed, in: ["arch/eyeriss-v1"], ["datapath.sum_bus"]),
    .init("link", .assumed, in: ["arch/eyeriss-v1"], ["memory.dram.bandwidth"] + links),
    .init("weight banks", .assumed, in: ["arch/eyeriss-v1"], [buffer(1)]),
    .init("kernels of a block", .assumed, in: ["arch/eyeriss-v1"], ["mapping.kernels"]),
  ]

  private static let depthwise = "datapath.depthwise_channels"
  private static let persistent = "memory.persistent_buffer.size"
  private static func buffer(_ index: Int) -> String { "memory.buffers[\(index)].size" }

  /// Assumptions that are not numbers, or not more than zero, by the file and words of their line.
  static let fixed: [(file: String, words: String, why: String)] = [
    ("arch/sushi-analytic", "sweep:", "a choice"),
    ("arch/nvdla-large", "depthwise_channels: 1", "below one there is nothing"),
    ("arch/nvdla-large", "channel_augmentation:", "a choice"),
    ("arch/eyeriss-v1", "layer_overhead: 0", "a tenth of zero"),
    ("arch/energy/horowitz-45nm", "band:", "the open sources' range, not a price"),
  ]

  /// Files with assumptions on which neither an experiment nor a reference depends, or whose one
  /// assumption is a clock under figures in cycles.
  static let outside = [
    "arch/sigma-like", "arch/stonne-tpu", "arch/sushi-u50", "arch/systolic-128-ws",
    "arch/systolic-32-is", "arch/systolic-32-os", "arch/systolic-32-ws", "arch/tpu-like",
    "arch/xilinx-dpu-b1152", "arch/energy/accelergy-45nm", "arch/energy/accelergy-65nm",
    "arch/energy/eyeriss-relative-65nm", "arch/energy/stonne", "arch/energy/dram/ddr3-20",
    "arch/energy/dram/ddr3-41", "arch/energy/dram/ddr3-70", "arch/energy/dram/eyeriss-relative",
    "arch/energy/dram/hbm2-3.9", "arch/energy/dram/hbm2-6.25", "arch/energy/dram/lpddr4-8",
    "arch/energy/dram/stonne-none",
  ]
}
