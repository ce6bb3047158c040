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

  /// `Relu 49, Add 16`; nil where nothing was left out.
  var notModelledText: String? {
    notModelled.isEmpty
      ? nil : notModelled.map { "\($0.operation) \($0.count)" }.joined(separator: ", ")
  }

  /// Adds an operation that cannot be expressed.
  mutating func refuse(_ operation: String, _ reason: String, at place: String) {
    if let index = unsupported.firstIndex(where: {
      ($0.operation, $0.reason) == (operation, reason)
    }) {
      unsupported[index].places.append(place)
    } else {
      unsupported.append(Unsupported(operation: operation, reason: reason, places: [place]))
    }
  }

  /// `name`, or the first of `name_2`, `name_3`, ... that no layer has.
  func freeName(_ name: String, among taken: inout Set<String>) -> String {
    var free = name
    var number = 2
    while !taken.insert(free).inserted {
      free = "\(name)_\(number)"
      number += 1
    }
    return free
  }
}
