internal import Components
internal import Inputs

/// Reads a list of layers into a graph: blocks are written out, shapes inferred and checked.
struct GraphReading {
  /// What a name stands for: a tensor, nil where it could not be made because of what was said.
  struct Written {
    let name: String
    let tensor: Tensor.ID?
  }

  /// Names that a list of layers sees first.
  struct Scope {
    /// What names begin with, a dot behind it; nothing at the top.
    let prefix: String
    /// What `input` stands for.
    let input: Written
    /// Names of the list, whether they are written yet or not.
    let declared: Set<String>
    /// Blocks that are being written out, the innermost last.
    let blocks: [String]
    /// What is said behind a message.
    var note: String { prefix.isEmpty ? "" : " (in `\(prefix.dropLast())`)" }
  }

  /// Most layers of a network with all blocks written out.
  static let mostLayers = LayerLimits.layers

  let reading: SpecReading
  private let operations: OperationRegistry
  let blocks: [BlocksSpec.Block]
  /// The graph so far.
  var graph = NetworkGraph()
  /// The operator of each operation.
  private(set) var kinds: [any OperationKind] = []
  var known: [String: Written] = [:]
  var read: Set<Tensor.ID> = []
  private var entries: [(entry: LayerNode, note: String, zeros: ZerosSpec?)] = []
  var usedBlocks: Set<String> = []
  /// Names of blocks that are written out several times, which may be given again for more of them.
  var numbered: Set<String> = []
  /// Entries of blocks of which something was said, so that it is said once.
  private var failed: Set<String> = []
  private var limits = NetworkLimits()
  var count = 0
  /// Blocks that were written out.
  var instances = 0

  init(_ reading: SpecReading, _ operations: OperationRegistry, blocks: BlocksSpec?) {
    self.reading = reading
    self.operations = operations
    self.blocks = blocks?.blocks ?? []
  }

  /// Reads the whole network.
  mutating func network(
    _ list: [LayerNode], input: [Int], more: [InputsSpec.Entry], outputs: [String]?
  ) {
    let first = graph.addInput("input", input)
    for entry in more {
      known[entry.name] = Written(
        name: entry.name, tensor: graph.addInput(entry.name, entry.extents))
    }
    let before = reading.faults.errors.count
    for entry in list { refusePlaceholders(entry.node, entry.path) }
    guard reading.faults.errors.count == before else { return }
    let scope = Scope(
      prefix: "", input: Written(name: "input", tensor: first), declared: declared(list),
      blocks: [])
    let last = layers(list, [scope])
    for block in blocks where !usedBlocks.contains(block.name) {
      fault(block.path, "no layer uses this block, leave it out or write `block: \(block.name)`")
    }
    let wanted = wantedOutputs(outputs, last: last)
    graph.setOutputs(wanted)
    guard reading.faults.errors.count == before else { return }
    for tensor in graph.inputs.dropFirst() where !read.contains(tensor) {
      let name = graph.tensors[tensor].name
      fault("inputs.\(name)", "no layer reads `\(name)`, leave it out or name it in `from`")
    }
    for (index, operation) in graph.operations.enumerated()
    where !read.contains(operation.writes) && !wanted.contains(operation.writes) {
      let (entry, note, _) = entries[index]
      entry.fault(
        reading, "",
        "nothing reads what `\(operation.name)` writes, read it with `from` or name it in "
          + "`outputs`" + note)
    }
    stateZeros()
    reading.expect(
      graph.operations.contains { $0.layer != nil }, "layers",
      "expected at least one layer that runs on the array, such as a convolution")
  }

  /// Puts the shares of zeros that layers state into the graph: a map that one writes and others read
  /// has one share.
  private mutating func stateZeros() {
    guard entries.contains(where: { $0.zeros != nil }) else { return }
    var statements = ZeroStatements(graph)
    for (index, (entry, note, zeros)) in entries.enumerated() {
      guard let zeros else { continue }
      let operands = graph.operations[index].reads.count
      if let shares = zeros.input?.values, shares.count != operands {
        entry.fault(
          reading, "zeros.input",
          "expected \(ZerosSpec.expected(operands)), found \(shares.count)" + note)
      } else {
        for (operand, share) in (zeros.input?.values ?? []).enumerated() {
          guard let fault = statements.read(share, operand, of: index) else { continue }
          entry.fault(reading, "zeros.input", fault + note)
        }
      }
      if let share = zeros.weight {
        if graph.operations[index].weight == nil {
          entry.fault(
            reading, "zeros.weight", "`\(graph.operations[index].kind)` has no weights" + note)
        }
        statements.weights(share, of: index)
      }
      if let share = zeros.output, let fault = statements.write(share, of: index) {
        entry.fault(reading, "zeros.output", fault + note)
      }
    }
    graph = statements.stated()
  }

  private mutating func wantedOutputs(_ outputs: [String]?, last: Written) -> [Tensor.ID] {
    guard let outputs else { return last.tensor.map { [$0] } ?? [] }
    reading.expect(!outputs.isEmpty, "outputs", "expected at least one name, or leave the key out")
    return outputs.enumerated().compactMap { index, name in
      guard let written = known[name] else {
        fault("outputs[\(index)]", "no layer `\(name)`" + near(name, among: Array(known.keys)))
        return nil
      }
      return written.tensor
    }
  }

  func fault(_ path: String, _ message: String) {
    reading.check([]) { () throws(SpecError) in throw SpecError(path, message) }
  }

  /// Reads a list; gives what its last layer writes.
  mutating func layers(_ list: [LayerNode], _ scopes: [Scope]) -> Written {
    guard let scope = scopes.last else { return Written(name: "", tensor: nil) }
    var last = scope.input
    var base = ""
    for entry in list {
      count += 1
      if count > Self.mostLayers {
        if count == Self.mostLayers + 1 {
          entry.fault(
            reading, "",
            "up to here the network has more than \(Self.mostLayers) layers" + scope.note)
        }
        return Written(name: last.name, tensor: nil)
      }
      if failed.contains(entry.path) {
        last = poisoned(entry, scope)
      } else {
        let before = reading.faults.errors.count
        last =
          entry.value("block") != nil
          ? block(entry, scopes, last) : layer(entry, scopes, last, base)
        if reading.faults.errors.count > before { failed.insert(entry.path) }
      }
      if let name = entry.text("name") { base = name }
    }
    return last
  }

  /// Stands for what an entry would write of which something was said already.
  private mutating func poisoned(_ entry: LayerNode, _ scope: Scope) -> Written {
    let written = Written(name: scope.prefix + (entry.text("name") ?? ""), tensor: nil)
    if entry.text("name") != nil { known[written.name] = written }
    return written
  }

  /// The names that a list gives.
  func declared(_ list: [LayerNode]) -> Set<String> {
    Set(list.compactMap { $0.text("name") })
  }

  private mutating func layer(
    _ entry: LayerNode, _ scopes: [Scope], _ last: Written, _ base: String
  ) -> Written {
    let scope = scopes[scopes.count - 1]
    let (kindEntry, read) = LayerListing.read(
      entry, among: operations, reading, scope.note)
    let given = LayerListing.name(
      of: entry, needsName: kindEntry?.needsName ?? false, reading, scope.note
    ) { known[scope.prefix + $0] != nil }
    refuseInput(given, entry, scope)
    let name = given.map { scope.prefix + $0 } ?? madeName(kindEntry?.kind, scope, base)
    var written = Written(name: name, tensor: nil)
    let operands = self.operands(entry, read.from, kindEntry, scopes, last)
    if let kind = read.kind, let kindEntry, let operands {
      written = operation(entry, kind, kindEntry, operands, read, name, scope.note)
    }
    known[name] = written
    return written
  }

  func refuseInput(_ name: String?, _ entry: LayerNode, _ scope: Scope) {
    guard name == "input" else { return }
    entry.fault(
      reading, "name",
      "`input` is what the network or the block reads, choose another name" + scope.note)
  }

  /// The tensors that an entry reads, nil where one is not there.
  private mutating func operands(
    _ entry: LayerNode, _ from: [String]?, _ kind: OperationRegistry.Entry?, _ scopes: [Scope],
    _ last: Written
  ) -> [Written]? {
    let note = scopes.last?.note ?? ""
    let names = from ?? []
    let isList = if case .sequence? = entry.value("from")?.content { true } else { false }
    let found =
      from == nil
      ? [last]
      : names.enumerated().map { index, name in
        resolve(name, entry, isList ? "from[\(index)]" : "from", scopes)
      }
    for operand in found { if let tensor = operand.tensor { read.insert(tensor) } }
    guard let kind else { return nil }
    guard kind.operands.contains(found.count) else {
      let range = kind.operands
      let number =
        range.lowerBound == range.upperBound
        ? (range.lowerBound == 1 ? "1 map" : "\(range.lowerBound) maps")
        : "\(range.lowerBound) to \(range.upperBound) maps"
      entry.fault(
        reading, "from",
        "`\(kind.kind)` reads \(number), found \(found.count)"
          + (from == nil ? ", name them: `from: [A, B]`" : "") + note)
      return nil
    }
    return found.allSatisfy { $0.tensor != nil } ? found : nil
  }

  private mutating func operation(
    _ entry: LayerNode, _ kind: any OperationKind, _ kindEntry: OperationRegistry.Entry,
    _ operands: [Written], _ read: LayerReading, _ name: String, _ note: String
  ) -> Written {
    let none = Written(name: name, tensor: nil)
    let reads = operands.compactMap(\.tensor)
    let extents = reads.map { graph.tensors[$0].extents }
    if let input = read.input, LayerListing.core(input) != LayerListing.core(extents[0]) {
      entry.fault(
        reading, "input",
        "expected \(ExtentText.list(extents[0])), as `\(operands[0].name)` is, found "
          + ExtentText.list(input) + note)
      return none
    }
    let result = entry.check(reading, note) { () throws(SpecError) in
      let result = try kind.result(of: extents, name: name)
      try limits.add(result)
      return result
    }
    guard let result else { return none }
    entries.append((entry, note, read.zeros))
    kinds.append(kind)
    return Written(name: name, tensor: graph.add(kindEntry.kind, result, reads: reads))
  }

  /// A name for a layer without weights: that of the layer before and the operator.
  private func madeName(_ kind: String?, _ scope: Scope, _ base: String) -> String {
    let local = (base.isEmpty ? "" : "\(base).") + (kind ?? "layer")
    var name = local
    var number = 1
    while known[scope.prefix + name] != nil || scope.declared.contains(name) {
      number += 1
      name = "\(local).\(number)"
    }
    return scope.prefix + name
  }

  /// What a name of `from` stands for: `input`, or a name of the innermost list that has it.
  func resolve(
    _ name: String, _ entry: LayerNode, _ key: String, _ scopes: [Scope]
  ) -> Written {
    let note = scopes.last?.note ?? ""
    guard let inner = scopes.last else { return Written(name: name, tensor: nil) }
    if name == "input" { return inner.input }
    for scope in scopes.reversed() {
      if let written = known[scope.prefix + name] { return written }
      if scope.declared.contains(name) {
        entry.fault(
          reading, key,
          "`\(name)` is not written yet, a layer reads what was written before it" + note)
        return Written(name: name, tensor: nil)
      }
    }
    // Looking for what was meant among very many names would take longer than reading them.
    let names =
      known.count > 1000
      ? []
      : known.keys.map {
        $0.hasPrefix(inner.prefix) ? String($0.dropFirst(inner.prefix.count)) : $0
      }
    entry.fault(
      reading, key, "no layer `\(name)` before" + near(name, among: names + ["input"]) + note)
    return Written(name: name, tensor: nil)
  }

  private func near(_ name: String, among names: [String]) -> String {
    nearestName(to: name, among: names).map { ", did you mean `\($0)`?" }
      ?? ", expected the name of one"
  }
}
