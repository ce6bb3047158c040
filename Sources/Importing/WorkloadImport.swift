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

  private let file: String
  private let layers: [ImportedNetwork.Layer]

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
      return
    }
    let network = try Self.network(path, inputShapes)
    guard network.unsupported.isEmpty || skipsUnsupported else {
      var error = InputError(
        "holds work that no layer can express, --skip-unsupported leaves it out:", file: path)
      error.details = network.unsupported.map(\.text)
      throw error
    }
    guard !network.layers.isEmpty else {
      throw Self.nothing(network, path)
    }
    let text = WorkloadText(
      name: name, file: path.split(separator: "/").last.map(String.init) ?? path,
      digest: Provenance.Input(fileAt: path).digest, network: network)
    yaml = try text.yaml()
    layers = network.layers
    leftOut = network.unsupported.map(\.text)
    notes = network.notes
    let workload = try Workload(
      SpecFile(path: "\(name).yaml", node: try YAMLParser.parse(yaml, file: "\(name).yaml"))
    ).network(subnet: nil)
    share = network.leftOut.map { LeftOutText.share($0, kept: workload.macs) }
    let macs = NumberText.quantity(Double(workload.macs), unit: "MAC")
    summary =
      "\(name): \(network.countText), \(macs), \(NumberText.count(workload.weights)) weights\n"
      + (network.notModelledText.map { "not modelled (assumed fused): \($0)\n" } ?? "")
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
    for layer in layers {
      let spec = layer.spec
      guard let weights = layer.weights else {
        throw InputError("only a model has weights, leave out --weights", file: file)
      }
      guard !spec.name.utf8.contains(0) else {
        throw InputError(
          "a name with a zero byte cannot be one of a dataset", file: file,
          path: ONNXText.quoted(spec.name))
      }
      let shape = try Workload.layer(spec, at: spec.name)
      let values = try weights.values(file: file, layer: spec.name)
      guard values.count == shape.weights else {
        throw InputError(
          "\(values.count) values, expected \(shape.weights)", file: file, path: spec.name)
      }
      let size = shape.weights / shape.kernels
      let dataset = "\(spec.name).weight"
      let dimensions =
        shape.operation == .fullyConnected
        ? [shape.kernels, shape.channels]
        : [shape.kernels, shape.channelsPerGroup, shape.kernelRows, shape.kernelColumns]
      try writer.writeFloat32(dataset, dimensions: dimensions, kernelsPerBlock: 64) { kernels in
        Array(values[kernels.lowerBound * size..<kernels.upperBound * size])
      }
      try writer.setAttribute("layout", .text("OIHW"), dataset: dataset)
    }
    try writer.setAttribute(
      "source", .text(file.split(separator: "/").last.map(String.init) ?? file))
    try writer.finish()
  }
}
