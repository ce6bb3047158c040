import Foundation
import TestSupport
import Testing

/// One finished run of the built program.
struct Outcome {
  var code: Int32
  var output: Data
  var errors: String
}

/// The built program, run from the package root.
enum Program {
  /// The folder of `Package.swift`.
  static let root = Repository.root

  /// The executable beside the test bundle, wherever the build folder is.
  static let executable: URL? = {
    let starts =
      [Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])]
      + CommandLine.arguments.filter { $0.contains(".xctest") }.map(URL.init(fileURLWithPath:))
    var folders: [URL] = []
    for start in starts {
      var folder = start.standardizedFileURL
      for _ in 0..<5 where folder.path != "/" {
        folders.append(folder)
        folder = folder.deletingLastPathComponent()
      }
    }
    let build = root.appendingPathComponent(".build")
    folders.append(build.appendingPathComponent("debug"))
    let triples = (try? FileManager.default.contentsOfDirectory(atPath: build.path)) ?? []
    for triple in triples.sorted() {
      folders.append(build.appendingPathComponent(triple).appendingPathComponent("debug"))
    }
    return folders.map { $0.appendingPathComponent("umemaki") }.first { isProgram($0.path) }
  }()

  private static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
  }

  /// Runs the program with `arguments` and waits for it.
  static func run(_ arguments: [String]) throws -> Outcome {
    let program: URL = try #require(executable, "no built `umemaki` beside the tests")
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = root
    // Files instead of pipes: neither stream can fill up and stall the program.
    let scratch = try Scratch()
    let (output, errors) = (scratch.path("output"), scratch.path("errors"))
    for path in [output, errors] {
      try Data().write(to: URL(fileURLWithPath: path))
    }
    let outputHandle = try #require(FileHandle(forWritingAtPath: output))
    let errorHandle = try #require(FileHandle(forWritingAtPath: errors))
    process.standardOutput = outputHandle
    process.standardError = errorHandle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try outputHandle.close()
    try errorHandle.close()
    return Outcome(
      code: process.terminationStatus,
      output: try Data(contentsOf: URL(fileURLWithPath: output)),
      errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self))
  }

  /// Runs the program with the words of `line`.
  static func run(_ line: String) throws -> Outcome {
    try run(line.split(separator: " ").map(String.init))
  }

  /// Names of the files in a folder below the root whose name ends in `.ending`, without it.
  static func names(in folder: String, ending: String) -> [String] {
    let path = root.appendingPathComponent(folder).path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return files.filter { $0.hasSuffix(".\(ending)") }
      .map { String($0.dropLast(ending.count + 1)) }.sorted()
  }
}

/// A folder for one test, removed with it.
final class Scratch {
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  /// The path of a new file that holds `text`.
  func file(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: root.appendingPathComponent(name))
    return path(name)
  }
}

// Wrong input files, one mistake each, and exactly what is said about them.
@Suite struct WrongFileTests {
  static let folder = "Tests/CommandTests/Errors"
  static let cases = Program.names(in: folder, ending: "expected")

  /// The text of a file of the folder; nil when there is none.
  private func text(_ name: String) -> String? {
    let url = Program.root.appendingPathComponent("\(Self.folder)/\(name)")
    return (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func theFolderHoldsManyCases() {
    #expect(Self.cases.count >= 60)
  }

  @Test(arguments: cases)
  func theMessageIsExact(name: String) throws {
    let expected = try #require(text("\(name).expected"))
    let file = try #require(
      ["yaml", "h5", "onnx", "csv", "m", "py", "cfg"].map {
        "\(Self.folder)/\(name).\($0)"
      }.first {
        FileManager.default.fileExists(atPath: Program.root.appendingPathComponent($0).path)
      }, "no input file for \(name)")
    let line = (text("\(name).command") ?? "check FILE").split(whereSeparator: \.isWhitespace)
    let outcome = try Program.run(line.map { $0 == "FILE" ? file : String($0) })
    #expect(outcome.errors == expected.replacingOccurrences(of: "FILE", with: file))
    #expect(outcome.code == 65)
  }
}

// The program as a user calls it.
@Suite struct CommandTests {
  private func json(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The name of a workload's first sub-network; nil when it is not a supernet.
  private func firstSubnet(of workload: String) throws -> String? {
    let outcome = try Program.run(["list", "subnets", workload])
    guard outcome.code == 0 else { return nil }
    let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
    // The first line counts the space.
    return try #require(lines.dropFirst().first?.split(separator: " ").first).description
  }

  @Test(
    arguments: [
      ("run sushi-zcu104 resnet20-cifar --no-such-flag", 64),
      ("run sushi-zcu104", 64),
      ("run sushi-zcu104 resnet20-cifar --format svg", 64),
      ("report results/buffers --format svg", 64),
      ("sweep buffers -o unused --format svg", 64),
      ("run sushi-zcu104 resnet20-cifar --format svg -o Package.swift", 73),
      ("check no-such-file.yaml", 66),
      ("run no-such-architecture resnet20-cifar", 66),
      ("run sushi-zcu104 no-such-workload", 66),
      ("run sushi-zcu104 resnet20-cifar --weights no-such-file.h5", 66),
      ("--help", 0),
      ("run --help", 0),
      ("run sushi-zcu104 resnet20-cifar -o no-such-folder/out.txt", 73),
    ] as [(String, Int32)])
  func theExitCodeTellsTheKindOfFailure(line: String, code: Int32) throws {
    let outcome = try Program.run(line)
    #expect(outcome.code == code)
    #expect(outcome.errors.isEmpty == (code == 0))
  }

  @Test(arguments: ["table", "json", "csv", "markdown", "html"])
  func theSameRunGivesTheSameBytes(format: String) throws {
    let line = "run sushi-zcu104 resnet20-cifar --format \(format)"
    let (first, second) = (try Program.run(line), try Program.run(line))
    #expect(first.code == 0)
    #expect(!first.output.isEmpty)
    #expect(first.output == second.output)
  }

  @Test func aSubnetRunsAndItsCyclesAddUp() throws {
    let outcome = try Program.run("run sushi-zcu104 ofa-resnet50 --subnet 4.1B --format json")
    #expect(outcome.code == 0)
    let report = try json(outcome.output)
    #expect(report["schema"] as? String == "umemaki.run/1")
    #expect(report["subnet"] as? String == "4.1B")
    let layers = try #require(report["layers"] as? [[String: Any]])
    #expect(layers.count == 62)
    for layer in layers {
      let parts = try #require(layer["cycle_breakdown"] as? [String: Int])
      let cycles = try #require(layer["cycles"] as? Int)
      #expect(parts.values.reduce(0, +) == cycles, "\(layer["name"] ?? "")")
    }
  }

  static let workloads = Program.names(in: "workloads", ending: "yaml")

  @Test func thereAreWorkloads() {
    #expect(!Self.workloads.isEmpty)
  }

  /// Those with billions of weights take long.
  static let transformers = workloads(with: "transformer")

  /// Few arrays gather rows.
  static let graphNetworks = workloads(with: "graph_network")

  private static func workloads(with key: String) -> [String] {
    workloads.filter { name in
      let url = Program.root.appendingPathComponent("workloads/\(name).yaml")
      let text = (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      return text.contains("\n\(key):")
    }
  }

  /// A sparse adjacency on an array that cannot follow it is refused, and linear layers run on any.
  @Test(arguments: graphNetworks)
  func designsThatRunTheGraphNetwork(_ workload: String) throws {
    let gathers = workload != "pubmed-mlp"
    for architecture in ["sigma-like", "tpu-like", "mesh-16"] {
      let outcome = try Program.run(["run", architecture, workload])
      if gathers, architecture == "sigma-like" {
        #expect(outcome.code == 0, "\(architecture): \(outcome.errors)")
      } else if gathers {
        #expect(outcome.code == 65 && outcome.errors.contains("say `form: dense`"))
      } else if architecture == "sigma-like" {
        #expect(outcome.code == 65 && outcome.errors.hasPrefix("--weights: "))
      } else {
        #expect(outcome.code == 0, "\(architecture): \(outcome.errors)")
      }
    }
  }

  /// Each on one of three designs.
  @Test(arguments: transformers.enumerated().map { ($0.offset, $0.element) })
  func aDesignRunsTheTransformer(_ place: Int, _ workload: String) throws {
    let architecture = ["tpu-like", "sushi-zcu104", "xilinx-dpu-b4096"][place % 3]
    let outcome = try Program.run(["run", architecture, workload, "--format", "json"])
    #expect(outcome.code == 0, "\(architecture): \(outcome.errors)")
    let document = try json(outcome.output)
    let iteration = try #require(document["iteration"] as? [String: Any])
    let compulsory = try #require(iteration["compulsory"] as? [String: Double])
    let moved = try #require(iteration["dram"] as? [String: Int])
    let totals = try #require(document["totals"] as? [String: Any])
    let read = try #require(totals["dram_read_bytes"] as? Int)
    let written = try #require(totals["dram_write_bytes"] as? Int)
    let parts = ["weight_read_bytes", "cache_read_bytes", "activation_read_bytes"]
    #expect(parts.reduce(0) { $0 + (moved[$1] ?? 0) } == read)
    #expect(
      (moved["cache_write_bytes"] ?? 0) + (moved["activation_write_bytes"] ?? 0) == written)
    #expect(moved.values.allSatisfy { $0 >= 0 })
    // Rounded down product by product.
    #expect(
      Double(moved["cache_read_bytes"] ?? 0) >= (compulsory["cache_read_bytes"] ?? 0) - 1e5)
  }

  /// Without one that has the networks of another.
  static let networks =
    workloads.filter {
      !transformers.contains($0) && !graphNetworks.contains($0) && $0 != "superfednas-cifar-fedavg"
    } + ["gpt2", "vit-b16"]

  /// Each workload on every fourth architecture, four workloads in a row on all of them.
  @Test(arguments: networks.enumerated().map { ($0.offset, $0.element) })
  func architecturesRunTheWorkload(_ place: Int, _ workload: String) throws {
    let architectures = Program.names(in: "arch", ending: "yaml")
    #expect(Self.networks.count >= 4 && !architectures.isEmpty)
    let subnet = try firstSubnet(of: workload).map { ["--subnet", $0] } ?? []
    for (index, architecture) in architectures.enumerated() where index % 4 == place % 4 {
      let outcome = try Program.run(["run", architecture, workload] + subnet)
      if Self.countsValues.contains(architecture) {
        #expect(outcome.code == 65, "\(architecture)")
        #expect(outcome.errors.hasPrefix("--weights: "), "\(architecture)")
      } else if Self.withoutRoom[workload]?.contains(architecture) ?? false {
        #expect(outcome.code == 65 && outcome.errors.contains("; raise "), "\(architecture)")
      } else {
        #expect(outcome.code == 0, "\(architecture): \(outcome.errors)")
      }
    }
  }

  /// One row of 7,500 samples under windows of 16 is more than these have room for.
  static let withoutRoom = ["resnet1d-ecg": ["eyeriss-v1", "mesh-16"]]

  /// Architectures whose cost depends on the values of the weights.
  static let countsValues = [
    "eie", "plum-sr", "plum-sparse", "plum-repetition", "plum-sushi", "sigma-like",
  ]

  @Test func everyArchitectureRunsQuantizedWeights() throws {
    let scratch = try Scratch()
    let floats = scratch.path("floats.h5")
    #expect(try Program.run(["make-weights", "resnet20-cifar", "-o", floats]).code == 0)
    for scheme in ["signed-binary", "binary", "ternary"] {
      let path = scratch.path("\(scheme).h5")
      let made = try Program.run([
        "quantize", floats, "-o", path, "--scheme", scheme, "--workload", "resnet20-cifar",
      ])
      #expect(made.code == 0, "\(scheme): \(made.errors)")
      for architecture in Program.names(in: "arch", ending: "yaml") {
        let outcome = try Program.run([
          "run", architecture, "resnet20-cifar", "--weights", path, "--format", "json",
        ])
        #expect(outcome.code == 0, "\(architecture), \(scheme): \(outcome.errors)")
        let layers = try #require(try json(outcome.output)["layers"] as? [[String: Any]])
        let schemes = layers.compactMap { ($0["weights"] as? [String: Any])?["scheme"] as? String }
        #expect(schemes.count { $0 == scheme } == 18, "\(architecture), \(scheme)")
      }
    }
    let refused = try Program.run(["run", "plum-sr", "resnet20-cifar", "--weights", floats])
    #expect(refused.code == 65)
    #expect(refused.errors.contains("no tensor is quantized"))
  }

  @Test func analysisCountsEveryTensor() throws {
    let scratch = try Scratch()
    let (floats, path) = (scratch.path("floats.h5"), scratch.path("quantized.h5"))
    #expect(try Program.run(["make-weights", "resnet20-cifar", "-o", floats]).code == 0)
    let made = try Program.run([
      "quantize", floats, "-o", path, "--scheme", "signed-binary", "--workload", "resnet20-cifar",
    ])
    #expect(made.code == 0)
    let outcome = try Program.run(["analyze", path, "--format", "json"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let csv = try [1, 4].map {
      try Program.run([
        "analyze", path, "--format", "csv", "--tile-width", "4,6", "--jobs", "\($0)",
      ])
      .output
    }
    #expect(csv[0] == csv[1])
    let document = try json(outcome.output)
    #expect(document["schema"] as? String == "umemaki.analysis/1")
    let tensors = try #require(document["tensors"] as? [[String: Any]])
    #expect(tensors.count == 20)
    let counted = tensors.compactMap { $0["operations"] as? [String: Int] }
    #expect(counted.count == 18)
    for operations in counted {
      let (direct, sparse) = (operations["direct"] ?? 0, operations["sparse"] ?? 0)
      #expect(direct <= sparse)
      #expect(sparse <= operations["dense"] ?? 0)
      #expect(operations["trie_highest"] ?? 0 <= direct)
    }
  }

  @Test(arguments: ["pytorch", "keras"])
  func weightFilesOfOtherProgramsRun(name: String) throws {
    let folder = "Tests/CommandTests/Weights"
    let outcome = try Program.run(
      "run sushi-zcu104 \(folder)/small.yaml --weights \(folder)/\(name).h5 --format json")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let layers = try #require(try json(outcome.output)["layers"] as? [[String: Any]])
    let weights = try layers.map { try #require($0["weights"] as? [String: Any]) }
    #expect(weights.map { $0["density"] as? Double } == [0.75, 1])
    #expect(weights.map { $0["elements"] as? Int } == [288, 80])
  }

  // Files on which the HDF5 library itself fails with a signal, in at least one of its versions.
  @Test(arguments: Program.names(in: "Tests/CommandTests/Damaged", ending: "h5"))
  func damagedWeightFilesAreErrors(name: String) throws {
    let path = "Tests/CommandTests/Damaged/\(name).h5"
    let outcome = try Program.run("run sushi-zcu104 resnet20-cifar --weights \(path)")
    #expect(outcome.code == 65)
    #expect(outcome.errors.hasPrefix(path))
  }

  @Test func aResolvedFileResolvesToItself() throws {
    let scratch = try Scratch()
    for file in [
      "arch/tpu-like.yaml", "workloads/resnet18.yaml", "workloads/compofa.yaml",
      "workloads/ofa-resnet50.yaml", "arch/energy/horowitz-45nm.yaml",
      "arch/energy/dram/ddr3-41.yaml",
    ] {
      let first = try Program.run("check --resolved \(file)")
      #expect(first.code == 0)
      let path = scratch.path("resolved.yaml")
      try first.output.write(to: URL(fileURLWithPath: path))
      let second = try Program.run(["check", "--resolved", path])
      #expect(second.errors == "", "\(file)")
      #expect(second.output == first.output, "\(file)")
    }
  }

  @Test func policiesAreServedSideBySide() throws {
    let scratch = try Scratch()
    let table = scratch.path("table.csv")
    let profile = try Program.run([
      "profile", "sushi-analytic", "ofa-resnet50", "--subnets", "0.6B,4.1B", "-o", table,
    ])
    #expect(profile.code == 0, "\(profile.errors)")
    let scenario = """
      name: small
      summary: A table that was exported stands in for the model.
      source: made for the test
      table: table.csv
      arrivals: {kind: poisson, rate: 100 Hz}
      demands:
        accuracy: {low: 0.75, high: 0.798}
        latency: {low: 20 ms, high: 20 ms}
      options: {queries: 2000, seed: 1}
      runs:
        - {name: plain, policy: {kind: strict-accuracy}, caching: {kind: none}}
        - {name: cached, policy: {kind: strict-accuracy}, caching: {kind: static, subgraph: 0.6B}}
      """
    let path = try scratch.file("scenario.yaml", scenario)
    let runs = try (0..<2).map { _ in try Program.run(["serve", path, "--format", "json"]) }
    #expect(runs[0].code == 0, "\(runs[0].errors)")
    #expect(runs[0].output == runs[1].output)
    let document = try json(runs[0].output)
    #expect(document["schema"] as? String == "umemaki.serving/1")
    let policies = try #require(document["policies"] as? [[String: Any]])
    let means = try policies.map { policy -> Double in
      let latency = try #require(policy["latency_s"] as? [String: Any])
      #expect(policy["completed"] as? Int == 2000)
      return try #require(latency["mean"] as? Double)
    }
    #expect(means.count == 2)
    #expect(means[1] < means[0])
    let capacity = try Program.run(["serve", path, "--capacity", "99", "--format", "json"])
    let rates = try #require(try json(capacity.output)["policies"] as? [[String: Any]])
      .compactMap { $0["rate_hz"] as? Double }
    #expect(rates.count == 2)
    #expect(rates[0] > 10 && rates[1] >= rates[0])
    let trace = try Program.run(["serve", path, "--format", "trace"])
    let events = try #require(try json(trace.output)["traceEvents"] as? [[String: Any]])
    let services = events.filter { $0["cat"] as? String == "service" }
    #expect(services.count == 2 * 2000)
  }

  @Test func cheapDRAMIsSuspect() throws {
    let scratch = try Scratch()
    let path = scratch.path("cheap.yaml")
    let preset = """
      name: cheap
      summary: Cheaper than any buffer.
      unit: pJ
      width: 1 bit
      read: 0.001 pJ
      write: 0.001 pJ
      low: 0.001 pJ
      high: 0.001 pJ
      source: made for the test
      """
    try Data(preset.utf8).write(to: URL(fileURLWithPath: path))
    let outcome = try Program.run([
      "run", "sushi-zcu104", "resnet20-cifar", "--dram", path, "--format", "json",
    ])
    let warnings = try json(outcome.output)["warnings"] as? [String]
    #expect(
      warnings?.first == "a bit from DRAM costs less than one from persistent_buffer")
  }

  @Test func everySchemaIsJSON() throws {
    for kind in [
      "architecture", "workload", "energy-table", "dram-preset", "subnet", "subgraph", "scenario",
    ] {
      let outcome = try Program.run("schema \(kind)")
      #expect(outcome.code == 0)
      let schema = try json(outcome.output)
      #expect(schema["type"] as? String == "object", "\(kind)")
      #expect(schema["additionalProperties"] as? Bool == false, "\(kind)")
    }
  }

  @Test func madeWeightsAreRepeatableAndRun() throws {
    let scratch = try Scratch()
    let paths = [scratch.path("first.h5"), scratch.path("second.h5")]
    for path in paths {
      #expect(try Program.run(["make-weights", "resnet20-cifar", "-o", path]).code == 0)
    }
    let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(files[0] == files[1])
    let run = ["run", "systolic-32-os", "resnet20-cifar", "--format", "json", "--weights"]
    let outcome = try Program.run(run + [paths[0]])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let layers = try #require(try json(outcome.output)["layers"] as? [[String: Any]])
    #expect(layers.allSatisfy { $0["weights"] is [String: Any] })
  }

  @Test func everyShippedSpecIsFine() throws {
    let folders = ["arch", "workloads", "workloads/scenarios", "arch/energy", "arch/energy/dram"]
    let paths = folders.flatMap { folder in
      Program.names(in: folder, ending: "yaml").map { "\(folder)/\($0).yaml" }
    }
    let outcome = try Program.run(["check"] + paths)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == paths.count)
  }

  @Test func twoStoredRunsCompare() throws {
    let scratch = try Scratch()
    let paths = [scratch.path("first.json"), scratch.path("second.json")]
    for (architecture, path) in zip(["systolic-32-os", "sushi-zcu104"], paths) {
      let run = ["run", architecture, "resnet20-cifar", "--format", "json", "-o", path]
      #expect(try Program.run(run).code == 0)
    }
    let outcome = try Program.run(["compare"] + paths + ["--format", "json"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let report = try json(outcome.output)
    #expect(report["first"] as? String == "resnet20-cifar on systolic-32-os")
    #expect(report["second"] as? String == "resnet20-cifar on sushi-zcu104")
    let rows = try #require(report["rows"] as? [[String: Any]])
    #expect(rows.contains { $0["quantity"] as? String == "latency" })
  }
}
