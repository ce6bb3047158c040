public import Inputs
public import Networks

/// A network in the format of another program, layer by layer.
///
/// A model of ONNX has the network's connections where the workload says them; a topology of SCALE-Sim is a
/// list of layers. What a format cannot express stays behind and is listed.
public struct WorkloadExport: Sendable {
  /// What is written: the ending of the file says which format.
  public static let endings = ["csv", "onnx"]

  /// The file's bytes.
  public let bytes: [UInt8]
  /// How many layers are in it.
  public let layers: Int
  /// Their multiply-accumulates.
  public let macs: Int
  /// What is not in it, one line each.
  public let leftOut: [String]
  /// What a reader should know, one line each.
  public let notes: [String]

  /// Writes `network` as a topology of SCALE-Sim (`.csv`) or as a model of shapes (`.onnx`).
  ///
  /// - Throws: `InputError` for another ending, and where no layer can be expressed.
  public init(_ network: Network, to path: String) throws(InputError) {
    var part = Part()
    var others: [(kind: String, count: Int)] = []
    let layers = network.layers.filter { layer in layer.gathered == nil }
    if path.hasSuffix(".onnx"), let graph = network.connections {
      var writer = ONNXGraphWriter(graph, name: network.name)
      for operation in graph.operations { writer.add(operation, &part) }
      bytes = writer.finished()
      others = writer.others
    } else if path.hasSuffix(".csv") || path.hasSuffix(".onnx") {
      for layer in network.layers where layer.gathered != nil { part.leave(layer, Self.gathered) }
      for operation in network.connections?.operations ?? [] where operation.layer == nil {
        if let index = others.firstIndex(where: { $0.kind == operation.kind }) {
          others[index].count += 1
        } else {
          others.append((operation.kind, 1))
        }
      }
      if path.hasSuffix(".csv") {
        var writer = TopologyWriter()
        for layer in layers { writer.add(layer, &part) }
        bytes = Array(writer.text.utf8)
        part.notes = writer.notes + part.notes
      } else {
        var writer = ONNXWriter(name: network.name)
        for layer in layers { writer.add(layer, &part) }
        bytes = writer.bytes
      }
    } else {
      throw InputError(
        "expected a file ending in .csv (a SCALE-Sim topology) or .onnx (a model of shapes)",
        file: path)
    }
    guard part.layers > 0 else {
      var error = InputError("no layer of \(network.name) can be expressed:", file: path)
      error.details = Array(part.leftOut.prefix(8))
      throw error
    }
    if !others.isEmpty {
      part.leftOut.append(
        "no layers: " + others.map { "\($0.kind) \($0.count)" }.joined(separator: ", "))
    }
    self.layers = part.layers
    macs = part.macs
    leftOut = part.leftOut
    notes = part.notes
  }

  /// Why a layer over gathered rows is left out.
  static let gathered = "sparse rows of an adjacency"

  /// Why a layer over several planes is left out of a model.
  static func planes(_ layer: Layer) -> String {
    "windows over \(layer.maps) planes, whose channels are not known any more"
  }

  /// What a writer has done so far.
  struct Part {
    var layers = 0
    var macs = 0
    var leftOut: [String] = []
    var notes: [String] = []

    /// Counts a layer that was written.
    mutating func count(_ layer: Layer) {
      layers += 1
      macs += layer.macs
    }

    /// Lists a layer that was not.
    mutating func leave(_ layer: Layer, _ reason: String) {
      leftOut.append("\(ONNXText.quoted(layer.name)): \(reason)")
    }
  }
}
