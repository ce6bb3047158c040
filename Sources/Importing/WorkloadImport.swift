internal import Components
public import Inputs
internal import Networks
internal import Reports

/// Reads a network in another program's format and writes it as a workload, with its weights if the
/// format has them.
public struct WorkloadImport: Sendable {
  /// What is read: the ending of the file says which format.
  public static let endings = ["onnx", "csv", "yaml", "yml", "m", "py"]

  /// The workload file's text.
  public let yaml: String
  /// Layers, multiply-accumulates and weights on one line, and what is not modelled on a second.
  public let summary: String
  /// How much of the network was left out, nil where nothing was.
  public let share: String?
  /// What was left out, one line each; nothing unless that was allowed.
  public let leftOut: [String]
  /// What a reader should know about single layers, one line each.
  public let notes: [String]

  /// The operators of the file and what became of them, a heading first; nothing for formats without.
  public let operators: [[String]]
  /// What the file does not say and was taken to be, one line each.
  public let inferred: [String]

  /// `operators` in columns and `inferred` below, with a line end behind each; nothing where there are
  /// none.
  public var table: String {
    let widths = (operators.first ?? []).indices.map { column in
      operators.map { $0[column].unicodeScalars.count }.max() ?? 0
    }
    var text = operators.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.unicodeScalars.count)
        return (1...3).contains(column) ? space + cell : cell + space
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
    for line in inferred { text += "inferred: \(line)\n" }
    return text
  }

  private let file: String
  private let layers: [ImportedNetwork.Layer]
  private let draft: GraphDraft?

  /// Imports the file at `path` as a workload named `name`.
  ///
  /// Throws an `InputError` when the file is wrong, or holds work that no layer can express and
  /// `skipsUnsupported` is false.
  public init(
    _ path: String, name: String, inputShapes: InputShapes, skipsUnsupported: Bool
  ) throws(InputError) {
    file = path
    guard path.hasSuffix(".onnx") else {
      guard inputShapes.names.isEmpty else {
        throw InputError("only a model has inputs", file: path, path: "--input-shape")
      }
      let peer = try PeerImport(path, name: name, skipsUnsupported: skipsUnsupported)
      (yaml, summary, share) = (peer.yaml, peer.summary, peer.share)
      (leftOut, notes, layers) = (peer.leftOut, peer.notes, [])
      (operators, inferred, draft) = ([], [], nil)
      return
    }
    let network = try Self.network(path, inputShapes)
    guard network.unsupported.isEmpty || skipsUnsupported else {
      var error = InputError(
        "holds work that no layer can express, --skip-unsupported leaves it out:", file: path)
      error.details = network.unsupported.map(\.text)
      throw error
    }
    guard !network.isEmpty else {
      throw Self.nothing(network, path)
    }
    let text = WorkloadText(
      name: name, file: path.split(separator: "/").last.map(String.init) ?? path,
      digest: Provenance.Input(fileAt: path).digest, network: network)
    yaml = try text.yaml()
    layers = network.layers
    draft = network.draft
    operators = network.operators.table
    inferred = network.inferred
    leftOut = network.unsupported.map(\.text)
    notes = network.notes
    let workload = try Self.checked(yaml, name, path)
    share = network.leftOut.map { LeftOutText.share($0, kept: workload.macs) }
    let macs = NumberText.quantity(Double(workload.macs), unit: "MAC")
    summary =
      "\(name): \(network.countText), \(macs), \(NumberText.count(workload.weights)) weights\n"
      + (network.notModelledText.map { "not modelled (assumed fused): \($0)\n" } ?? "")
  }

  /// The network of the text that is written; what is wrong with it is wrong with the model.
  private static func checked(
    _ yaml: String, _ name: String, _ path: String
  ) throws(InputError) -> Network {
    do {
      let file = "\(name).yaml"
      return try Workload(SpecFile(path: file, node: try YAMLParser.parse(yaml, file: file)))
        .network(subnet: nil)
    } catch {
      throw InputError(error.message, file: path, path: error.path)
    }
  }

  /// Why no workload comes of a network, after what was left out of it.
  private static func nothing(_ network: ImportedNetwork, _ path: String) -> InputError {
    let left = network.unsupported.map { InputError("left out: \($0.text)", file: path) }
    let rest = left.isEmpty ? "" : " beside that"
    let none = InputError("has no layers with weights\(rest)", file: path)
    return InputError.joined(left + [none]) ?? none
  }

  private static func network(
    _ path: String, _ inputShapes: InputShapes
  ) throws(InputError) -> ImportedNetwork {
    try GraphImport.network(of: try ONNXModel(path: path), inputShapes: inputShapes)
  }

  /// Writes every layer's weights to an HDF5 file, `NAME.weight` in OIHW order.
  ///
  /// Throws an `InputError` when a layer has none that can be read.
  public func writeWeights(to path: String) throws {
    guard file.hasSuffix(".onnx") else {
      throw InputError("only a model has weights, leave out --weights", file: file)
    }
    let writer = try WeightFileWriter.create(path)
    for entry in draft?.entries ?? [] {
      guard let layer = entry.layer, layer.kernelRole == .weight else { continue }
      guard let weights = entry.weights else {
        throw InputError("its weights are not read", file: file, path: entry.name)
      }
      try write(weights, of: layer, to: writer)
    }
    for layer in layers {
      guard let weights = layer.weights else {
        throw InputError("only a model has weights, leave out --weights", file: file)
      }
      try write(
        weights, of: try Workload.layer(layer.spec, at: layer.spec.name), to: writer)
    }
    try writer.setAttribute(
      "source", .text(file.split(separator: "/").last.map(String.init) ?? file))
    try writer.finish()
  }

  /// Writes the kernels of one layer; those over three directions have their planes as channels.
  private func write(
    _ weights: ImportedTensor, of layer: Layer, to writer: WeightFileWriter
  ) throws {
    guard !layer.name.utf8.contains(0) else {
      throw InputError(
        "a name with a zero byte cannot be one of a dataset", file: file,
        path: ONNXText.quoted(layer.name))
    }
    let values = try weights.values(file: file, layer: layer.name)
    guard values.count == layer.weights else {
      throw InputError(
        "\(values.count) values, expected \(layer.weights)", file: file, path: layer.name)
    }
    let size = layer.weights / layer.kernels
    let dataset = "\(layer.name).weight"
    let isMatrix = layer.operation == .fullyConnected || layer.operation == .linear
    let dimensions =
      isMatrix
      ? [layer.kernels, layer.channels]
      : [layer.kernels, layer.channelsPerGroup, layer.kernelRows, layer.kernelColumns]
    try writer.writeFloat32(dataset, dimensions: dimensions, kernelsPerBlock: 64) { kernels in
      Array(values[kernels.lowerBound * size..<kernels.upperBound * size])
    }
    try writer.setAttribute("layout", .text("OIHW"), dataset: dataset)
  }
}
