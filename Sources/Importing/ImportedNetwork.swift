internal import Inputs
internal import Networks
internal import Reports

/// What an import found in a file of another format.
struct ImportedNetwork {
  /// One layer and where its weights are.
  struct Layer {
    /// The layer, already checked.
    let spec: LayerSpec
    /// Its weights; nil where the format has none.
    let weights: ImportedTensor?
  }

  /// Operations that a workload cannot express.
  struct Unsupported: Hashable {
    /// The operator.
    let operation: String
    /// Why it cannot be expressed.
    let reason: String
    /// Where it occurs.
    var places: [String]
    /// Multiply-accumulates of those whose shapes are known.
    var macs: Int
    /// Operations among them whose multiply-accumulates are not known.
    var unknown: Int

    /// One line with the number, the reason, the first three places and the multiply-accumulates.
    var text: String {
      let first = places.prefix(3).joined(separator: ", ")
      return "\(operation) \(places.count): \(reason); \(first)"
        + (places.count > 3 ? ", ..." : "") + "; \(macText)"
    }

    private var macText: String {
      guard unknown < places.count else { return "MACs unknown" }
      let known = NumberText.quantity(Double(macs), unit: "MAC")
      return unknown == 0 ? known : "\(known) and \(unknown) of unknown MACs"
    }
  }

  /// The layers in order of execution.
  var layers: [Layer] = []
  /// Operators that the model assumes fused, with their number, the most frequent first.
  var notModelled: [(operation: String, count: Int)] = []
  /// What cannot be expressed, in the order of its first occurrence.
  var unsupported: [Unsupported] = []
  /// What else a reader should know about single layers.
  var notes: [String] = []
  /// The workload as a graph, nil where the format only lists layers.
  var draft: GraphDraft?
  /// What became of each operator, in the order of their first occurrence.
  var operators = OperatorCounts()
  /// What the file does not say and was taken to be, one line each.
  var inferred: [String] = []
  /// What wrote the file, where it says.
  var origin = ""

  /// `1 layer`, `54 layers`.
  var countText: String {
    let count = draft?.layers.count ?? layers.count
    return count == 1 ? "1 layer" : "\(count) layers"
  }

  /// Whether nothing runs on the array.
  var isEmpty: Bool { draft?.layers.isEmpty ?? layers.isEmpty }

  /// `Relu 49, Add 16`; nil where nothing was left out.
  var notModelledText: String? {
    notModelled.isEmpty
      ? nil : notModelled.map { "\($0.operation) \($0.count)" }.joined(separator: ", ")
  }

  /// Adds an operation that cannot be expressed.
  ///
  /// `macs` is nil where they are not known.
  mutating func refuse(_ operation: String, _ reason: String, at place: String, macs: Int?) {
    let index = unsupportedIndices[[operation, reason], default: unsupported.count]
    if index == unsupported.count {
      unsupportedIndices[[operation, reason]] = index
      unsupported.append(
        Unsupported(operation: operation, reason: reason, places: [], macs: 0, unknown: 0))
    }
    unsupported[index].places.append(place)
    // A sum beyond what a workload may state counts as unknown.
    let sum = macs.map { unsupported[index].macs.addingReportingOverflow($0) }
    if let sum, !sum.overflow, sum.partialValue <= Self.mostMACs {
      unsupported[index].macs = sum.partialValue
    } else {
      unsupported[index].unknown += 1
    }
  }

  /// Largest number of multiply-accumulates of operations of one kind.
  private static let mostMACs = 1 << 52

  /// What no layer can express, nil where nothing is left out.
  var leftOut: LeftOutSpec? {
    guard !unsupported.isEmpty else { return nil }
    let macs = unsupported.reduce(0) { $0.addingReportingOverflow($1.macs).partialValue }
    return LeftOutSpec(
      operators: unsupported.reduce(0) { $0 + $1.places.count },
      macs: macs, unknownOperators: unsupported.reduce(0) { $0 + $1.unknown })
  }

  /// `name`, or `name_2`, `name_3` and so on, whichever no layer has yet.
  mutating func freeName(_ name: String) -> String {
    var free = name
    while !names.insert(free).inserted {
      numbers[name, default: 1] += 1
      free = "\(name)_\(numbers[name, default: 1])"
    }
    return free
  }

  /// Layers that read weights which layers before read too.
  private(set) var sharedLayers = 0
  /// Weights of those layers.
  private(set) var sharedWeights = 0

  /// Notes a layer whose weights were counted already.
  mutating func shareWeights(_ count: Int) {
    sharedLayers += 1
    sharedWeights = sharedWeights.addingReportingOverflow(count).partialValue
  }

  private var unsupportedIndices: [[String]: Int] = [:]
  private var names = Set<String>()
  private var numbers: [String: Int] = [:]
}
