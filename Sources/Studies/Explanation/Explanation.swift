internal import Architectures
internal import CostModel
internal import Documents
internal import Foundation
internal import Inputs
internal import Networks
public import Reports
internal import Units

extension Inference {
  /// Why the layers of an inference cost what they cost.
  ///
  /// - Parameters:
  ///   - layer: The operation that is explained; where it is nil, which of them contribute most.
  ///   - stored: The document that the question is of, where it is of one.
  ///   - folders: Where names are looked up.
  ///   - command: What was typed.
  /// - Returns: The layers with what each adds, or the counts, prices and limits of one.
  /// - Throws: `InputError` about a file, or an operation that there is none of.
  public func explanation(
    layer: String?, stored: String? = nil, folders: SpecFolders, command: String
  ) throws -> Report {
    var resolver = Resolver(folders: folders)
    let resolved = try resolver.resolve(question)
    let run = try Evaluator(resolved.design).evaluate(
      resolved.network, weights: resolved.tensors, placement: resolved.placement,
      batch: resolved.batch)
    let provenance = Provenance(
      filesAt: (stored.map { [$0] } ?? []) + resolved.paths, command: command)
    let explanation = Explanation(run: run, resolved: resolved, provenance: provenance)
    guard let layer else { return explanation.report }
    let place = try explanation.place(of: layer)
    let constants = try MovedConstants(
      question, operation: layer, cost: run.entries[place].cost, on: run.design, resolver,
      jobs: ProcessInfo.processInfo.activeProcessorCount)
    return explanation.report(of: LayerStudy(explanation, place, constants))
  }
}

/// An inference whose layers are to be explained.
struct Explanation {
  let run: NetworkCost
  let resolved: Resolved
  let provenance: Provenance
  /// What each operation takes at least; nil on several cores and for work of the vector unit.
  let bounds: [LayerBound?]

  init(run: NetworkCost, resolved: Resolved, provenance: Provenance) {
    self.run = run
    self.resolved = resolved
    self.provenance = provenance
    bounds = Evaluator(run.design).bounds(of: run, weights: resolved.tensors)
  }

  /// The unit of energies.
  var unit: EnergyUnit { run.design.energy.table.spec.unit }

  /// Places of the operations, the longest first; of equally long ones the first.
  var order: [Int] {
    run.entries.indices.sorted {
      (run.entries[$0].cost.total.count, $1) > (run.entries[$1].cost.total.count, $0)
    }
  }

  /// The place of the operation called `name`.
  func place(of name: String) throws(InputError) -> Int {
    let known = run.entries.map(\.name)
    if let place = known.firstIndex(of: name) { return place }
    func error(_ message: String) -> InputError {
      InputError(message, file: nil, path: "--layer")
    }
    if run.network.host.contains(name) {
      throw error("`\(name)` runs elsewhere, on the host, and costs nothing here")
    }
    if let operations = run.network.connections?.operations,
      operations.contains(where: { $0.name == name })
    {
      throw error("`\(name)` is fused or free on this design and costs nothing")
    }
    let near = nearestName(to: name, among: known).map { ", did you mean `\($0)`?" }
    let similar = known.filter { !name.isEmpty && $0.contains(name) }.prefix(3)
    let some = similar.isEmpty ? Array(known.prefix(3)) : Array(similar)
    let others = known.count - some.count
    throw error(
      "\(run.network.name) has no layer `\(name)`"
        + (near
          ?? ", expected one of \(some.joined(separator: ", "))"
          + (others == 0 ? "" : " and \(others) more")))
  }

  /// DRAM bytes of an operation over those of every operand once.
  func refetch(_ cost: LayerCost, _ bound: LayerBound?) -> Double? {
    guard let bound, bound.leastBytes > .zero else { return nil }
    return Double((cost.dramRead + cost.dramWrite).count) / Double(bound.leastBytes.count)
  }

  /// What an operation takes of all that `value` says of the whole inference, 0...1.
  func share(_ own: Double, of all: Double) -> Double { all > 0 ? own / all : 0 }
}

/// What is known of one operation.
struct LayerStudy {
  let place: Int
  let entry: NetworkCost.Entry
  let bound: LayerBound?
  let distance: LayerDistance?
  let room: LayerRoom?
  /// Nil where cores of several kinds have prices of their own.
  let bill: [EnergyLine]?
  let constants: MovedConstants

  /// Asks everything of the operation at `place`.
  init(_ explanation: Explanation, _ place: Int, _ constants: MovedConstants) {
    let (run, tensors) = (explanation.run, explanation.resolved.tensors)
    let evaluator = Evaluator(run.design)
    self.place = place
    entry = run.entries[place]
    bound = explanation.bounds[place]
    distance = evaluator.distance(of: run, layer: place, weights: tensors)
    room = evaluator.room(of: run, layer: place, weights: tensors)
    bill = run.design.kinds.isEmpty ? run.design.energy.bill(of: entry.cost) : nil
    self.constants = constants
  }

  /// Bytes of each operand from and to DRAM, with those of moving it once where a bound says them.
  var traffic: [(operand: Operand, bytes: Int, least: Int?)] {
    Operand.allCases.compactMap { operand in
      let moved = entry.cost.traffic(.dram, operand)
      let bytes = (moved.read + moved.write).count
      // What tiles leave out of a map between windows they move less than once.
      let least = bound.map { min($0.leastBytes(of: operand).count, bytes) }
      return bytes == 0 ? nil : (operand, bytes, least)
    }
  }

  /// The loops from DRAM to the array, one a line.
  func loops(batch: Int) -> [String] {
    guard let layer = entry.layer, let mapping = entry.cost.mapping, entry.cost.cores == nil else {
      return []
    }
    return LoopNestText(layer, entry.cost, mapping, batch: batch).lines
  }
}
