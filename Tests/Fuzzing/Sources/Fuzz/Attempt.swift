import Architectures
import Components
import CostModel
import Documents
import Exploration
import Foundation
import Importing
import Inputs
import Networks
import Reports
import Serving
import Studies
import Units

/// What is done with an input.
enum Target: String, CaseIterable {
  /// A file of this program's own: read, checked, written out, read again; designs and networks to a cost.
  case specification
  /// A model in ONNX.
  case model
  /// A topology, a problem, a network or a configuration of another simulator.
  case peer
  /// A stored result, rendered in every form.
  case document
  /// A trace of arrivals in every format.
  case trace
  /// Weights in safetensors.
  case weights
}

/// Runs a target on one input after the other.
///
/// An input is refused with an error that names a place, or it goes through: everything else ends the process, and
/// libFuzzer keeps the input.
final class Attempt {
  nonisolated(unsafe) static let shared = Attempt()
  private var target = Target.specification
  private let folder = "/dev/shm/umemaki-fuzz-\(getpid())"
  private let library = ProcessInfo.processInfo.environment["UMEMAKI_LIBRARY"] ?? "."

  func begin(_ target: Target) {
    self.target = target
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func run(_ bytes: UnsafeBufferPointer<UInt8>) {
    switch target {
    case .specification: specification(file(bytes, "yaml"))
    case .model: importing(file(bytes, "onnx"))
    case .peer:
      // The first byte chooses the format.
      guard let first = bytes.first else { return }
      let rest = UnsafeBufferPointer(rebasing: bytes.dropFirst())
      switch first % 4 {
      case 0: importing(file(rest, "csv"))
      case 1: importing(file(rest, "yaml"))
      case 2: importing(file(rest, "m"))
      default: configuration(file(rest, "cfg"))
      }
    case .document: document(file(bytes, "json"))
    case .trace: trace(bytes)
    case .weights: weights(file(bytes, "safetensors"))
    }
  }

  /// The input as a file in memory.
  private func file(_ bytes: UnsafeBufferPointer<UInt8>, _ ending: String) -> String {
    let path = "\(folder)/input.\(ending)"
    guard let stream = fopen(path, "wb") else { fatalError("no room in memory for \(path)") }
    fwrite(bytes.baseAddress, 1, bytes.count, stream)
    fclose(stream)
    return path
  }

  /// `body`, whose errors have to say where they are.
  private func refusing<Value>(_ body: () throws -> Value) -> Value? {
    do {
      return try body()
    } catch let error as InputError {
      precondition(!error.message.isEmpty, "an error without a message")
      _ = "\(error)"
      return nil
    } catch {
      _ = "\(error)"
      return nil
    }
  }

  private func specification(_ path: String) {
    let folders = SpecFolders(root: library)
    guard let checked = refusing({ try SpecCheck(fileAt: path, folders: folders) }) else { return }
    // What is written out means the same.
    let again = "\(folder)/resolved.yaml"
    guard (try? checked.resolved.write(toFile: again, atomically: false, encoding: .utf8)) != nil
    else { return }
    do {
      let second = try SpecCheck(fileAt: again, folders: folders)
      precondition(second.kind == checked.kind, "\(checked.kind) reads back as \(second.kind)")
      precondition(second.resolved == checked.resolved, "resolved twice it differs")
    } catch {
      // Files that it names lie elsewhere for a copy; what is in memory does not.
      precondition("\(error)".contains("no such file"), "\(error)")
    }
    switch checked.kind {
    case "architecture": _ = refusing { try cost(architecture: path) }
    case "workload": _ = refusing { try cost(workload: path) }
    default: break
    }
  }

  private lazy var layers = [
    Layer(
      name: "conv", operation: .convolution, kernels: 24, channels: 20, kernel: (3, 3),
      input: (14, 14),
      stride: 1, padding: 1, groups: 1),
    Layer(
      name: "depthwise", operation: .depthwiseConvolution, kernels: 20, channels: 20,
      kernel: (3, 3),
      input: (9, 9), stride: 2, padding: 1),
    Layer(
      name: "fc", operation: .fullyConnected, kernels: 40, channels: 100, kernel: (1, 1),
      input: (1, 1)),
  ]

  private func cost(architecture path: String) throws {
    let architecture = try Architecture(SpecFile(path: path))
    let energy = try EnergyTable(
      table: SpecFile(path: "\(library)/arch/energy/horowitz-45nm.yaml"),
      dram: SpecFile(path: "\(library)/arch/energy/dram/ddr4-18.yaml"))
    let design = try Design(architecture, energy: energy)
    let network = Network(name: "fuzz", subnet: nil, layers: layers)
    check(try Evaluator(design).evaluate(network))
  }

  private func cost(workload path: String) throws {
    let workload = try Workload(SpecFile(path: path))
    let network = try workload.network(subnet: nil)
    // Time goes by layers; a file of many is checked, and costs no more here.
    guard network.layers.count <= 64 else { return }
    let architecture = try Architecture(SpecFile(path: "\(library)/arch/systolic-32-ws.yaml"))
    let energy = try EnergyTable(
      table: SpecFile(path: "\(library)/arch/energy/horowitz-45nm.yaml"),
      dram: SpecFile(path: "\(library)/arch/energy/dram/ddr4-18.yaml"))
    check(try Evaluator(Design(architecture, energy: energy)).evaluate(network))
  }

  /// Parts sum to totals, and nothing is below zero.
  private func check(_ cost: NetworkCost) {
    let energy = cost.totalEnergy.value
    precondition(cost.cycles.count >= 0 && energy >= 0 && energy.isFinite, "\(energy) pJ")
    precondition((0...1 + 1e-9).contains(cost.utilization), "utilization \(cost.utilization)")
    for entry in cost.entries {
      let parts = CycleCause.allCases.reduce(0) { $0 + entry.cost.cycles[$1].count }
      precondition(parts == entry.cost.total.count, "\(entry.name): \(parts) cycles in parts")
    }
  }

  private func importing(_ path: String) {
    guard
      let imported = refusing({
        try WorkloadImport(path, name: "fuzz", inputShapes: InputShapes([]), skipsUnsupported: true)
      })
    else { return }
    _ = imported.table
    precondition(!imported.yaml.isEmpty && !imported.summary.isEmpty)
  }

  private func configuration(_ path: String) {
    guard let imported = refusing({ try ArchitectureImport(path, name: "fuzz") }) else { return }
    precondition(!imported.yaml.isEmpty)
  }

  private func document(_ path: String) {
    guard let report = refusing({ try StoredDocument(path).report() }) else { return }
    _ = TerminalTable.text(of: report)
    _ = MarkdownTable.text(of: report)
    _ = CSVTable.text(of: report)
    _ = HTMLPage.text(of: report)
    _ = JSONDocument.text(of: report)
  }

  private func trace(_ bytes: UnsafeBufferPointer<UInt8>) {
    let text = String(decoding: bytes, as: UTF8.self)
    for format in ArrivalTrace.Format.allCases {
      guard
        let trace = refusing({ try ArrivalTrace(parsing: text, format: format, file: "trace.csv") })
      else {
        continue
      }
      let pairs = zip(trace.times, trace.times.dropFirst())
      precondition(pairs.allSatisfy { $0 <= $1 }, "times that fall")
      _ = refusing { try trace.times(rate: nil) }
      _ = trace.squaredVariation
    }
  }

  private func weights(_ path: String) {
    _ = refusing { try WeightFile(path: path) }
  }
}
