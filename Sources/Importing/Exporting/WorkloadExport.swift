public import Inputs
public import Networks

/// A network in the format of another program, layer by layer.
///
/// Layers go out as they are computed: how they hang together, and what is no product of kernels and
/// maps, stays behind and is listed.
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
    let layers = network.layers.filter { layer in
      if layer.gathered != nil { part.leave(layer, "sparse rows of an adjacency") }
      return layer.gathered == nil
    }
    if path.hasSuffix(".csv") {
      var writer = TopologyWriter()
      for layer in layers { writer.add(layer, &part) }
      bytes = Array(writer.text.utf8)
      part.notes = writer.notes + part.notes
    } else if path.hasSuffix(".onnx") {
      var writer = ONNXWriter(name: network.name)
      for layer in layers { writer.add(layer, &part) }
      bytes = writer.bytes
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
    var others: [(kind: String, count: Int)] = []
    for operation in network.connections?.operations ?? [] where operation.layer == nil {
      if let index = others.firstIndex(where: { $0.kind == operation.kind }) {
        others[index].count += 1
      } else {
        others.append((operation.kind, 1))
      }
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
