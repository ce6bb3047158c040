internal import Components
internal import Inputs
internal import Networks
internal import Reports

/// Reads a workload of SCALE-Sim, Timeloop, ZigZag or MAESTRO.
///
/// The ending of a file and what stands at its top say which; a folder holds problems of Timeloop.
struct PeerImport {
  /// The workload file's text.
  let yaml: String
  /// Layers, multiply-accumulates and weights on one line, and what is not modelled on a second.
  let summary: String
  /// How much of the network was left out, nil where nothing was.
  let share: String?
  /// What was left out, one line each.
  let leftOut: [String]
  /// What a reader should know, one line each.
  let notes: [String]

  /// Imports what stands at `path` as a workload named `name`.
  ///
  /// - Throws: `InputError` when a file is wrong, or holds work that no layer can express and
  ///   `skipsUnsupported` is false.
  init(_ path: String, name: String, skipsUnsupported: Bool) throws(InputError) {
    var (network, files) = try Self.network(path)
    network.settleBatches()
    guard network.refusals.isEmpty || skipsUnsupported else {
      var error = InputError(
        "holds work that no layer can express, --skip-unsupported leaves it out:", file: path)
      error.details = network.refusals.map(\.text)
      throw error
    }
    guard !network.layers.isEmpty else {
      let left = network.refusals.map { InputError("left out: \($0.text)", file: path) }
      let none = InputError(
        "has no layers with weights\(left.isEmpty ? "" : " beside that")", file: path)
      throw InputError.joined(left + [none]) ?? none
    }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let text = PeerText(
      name: name, file: file, digest: Self.digest(of: files), network: network)
    let (yaml, workload) = try Self.written(text, name, path)
    self.yaml = yaml
    leftOut = network.refusals.map(\.text)
    notes = network.notes
    share = network.leftOut.map { LeftOutText.share($0, kept: workload.macs) }
    let macs = NumberText.quantity(Double(workload.macs), unit: "MAC")
    summary =
      "\(name): \(network.countText), \(macs), \(NumberText.count(workload.weights)) weights\n"
      + (network.notModelledText.map { "not modelled (assumed fused): \($0)\n" } ?? "")
  }

  /// The text, and the network that it describes; layers that cannot make up one say so.
  private static func written(
    _ text: PeerText, _ name: String, _ path: String
  ) throws(InputError) -> (String, Network) {
    let layers = text.network.layers.compactMap { layer in
      (try? layer.checked()).map { (layer: $0, channels: layer.channels) }
    }
    let yaml = try text.yaml(isConnected: Workload.canBeConnected(layers))
    do throws(InputError) {
      let file = "\(name).yaml"
      let node = try YAMLParser.parse(yaml, file: file)
      return (yaml, try Workload(SpecFile(path: file, node: node)).network(subnet: nil))
    } catch {
      let first = error.all.first ?? error
      throw InputError(
        "cannot be a workload: \(first.path.isEmpty ? "" : "\(first.path): ")\(first.message)",
        file: path)
    }
  }

  /// One digest of all files that were read.
  private static func digest(of files: [String]) -> String {
    let digests = files.map { Provenance.Input(fileAt: $0).digest }
    guard digests.count > 1 else { return digests.first ?? "" }
    return Provenance.Input.digest(of: Array(digests.joined(separator: "\n").utf8))
      + " of the digests of \(digests.count) files"
  }

  private static func network(_ path: String) throws(InputError) -> (PeerNetwork, [String]) {
    if InputFolder.isFolder(path) {
      return try TimeloopImport.network(ofFolder: path)
    }
    if path.hasSuffix(".csv") {
      return (try TopologyImport.network(of: try TopologyFile(path: path)), [path])
    }
    if path.hasSuffix(".m") {
      return (try MAESTROImport.network(of: try MAESTROFile(path: path)), [path])
    }
    if path.hasSuffix(".py") {
      return (try ZigZagImport.network(of: try ZigZagFile(literalAt: path)), [path])
    }
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
      throw InputError(
        "expected a file ending in .onnx (a model), .csv (a SCALE-Sim topology), .yaml (a Timeloop "
          + "problem or a ZigZag workload), .m (a MAESTRO network) or .cfg (a SCALE-Sim "
          + "configuration), or a folder of Timeloop problems", file: path)
    }
    let file = try TimeloopFile(path: path)
    if ZigZagFile.isOne(file.root) {
      return (try ZigZagImport.network(of: ZigZagFile(file.root, file: path)), [path])
    }
    guard file.problem != nil else { throw Self.unknown(file.root, path) }
    return (try TimeloopImport.network(of: [file]), file.paths)
  }

  private static func unknown(_ root: YAMLNode, _ path: String) -> InputError {
    var keys: Set<String> = []
    if case .mapping(let entries) = root.content { keys = Set(entries.map(\.key)) }
    if keys.contains("architecture") {
      return InputError(
        "is an architecture of Timeloop, which leaves the dataflow to the constraints of a mapper: write a "
          + "design after one of `umemaki list`; of Timeloop, problems are read", file: path)
    }
    let what = keys.contains("layers") ? "is a workload already; " : ""
    return InputError(
      "\(what)expected `problem` (Timeloop) or layers with `equation` (ZigZag) at its top",
      file: path)
  }
}
