internal import Inputs
internal import Specs

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

    /// One line with the number, the reason and the first three places.
    var text: String {
      let first = places.prefix(3).joined(separator: ", ")
      return "\(operation) \(places.count): \(reason); \(first)"
        + (places.count > 3 ? ", ..." : "")
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
  /// What wrote the file, where it says.
  var origin = ""

  /// `1 layer`, `54 layers`.
  var countText: String { layers.count == 1 ? "1 layer" : "\(layers.count) layers" }

  /// `Relu 49, Add 16`; nil where nothing was left out.
  var notModelledText: String? {
    notModelled.isEmpty
      ? nil : notModelled.map { "\($0.operation) \($0.count)" }.joined(separator: ", ")
  }

  /// Adds an operation that cannot be expressed.
  mutating func refuse(_ operation: String, _ reason: String, at place: String) {
    let index = unsupportedIndices[[operation, reason], default: unsupported.count]
    if index < unsupported.count {
      unsupported[index].places.append(place)
    } else {
      unsupportedIndices[[operation, reason]] = index
      unsupported.append(Unsupported(operation: operation, reason: reason, places: [place]))
    }
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

  private var unsupportedIndices: [[String]: Int] = [:]
  private var names = Set<String>()
  private var numbers: [String: Int] = [:]
}
