internal import Networks

/// Writes a list of layers as a model of ONNX: every layer has an input and an output of its own.
struct ONNXWriter {
  private var file: ONNXFile

  init(name: String) { file = ONNXFile(name: name) }

  /// Adds a layer, or says why it cannot be expressed.
  mutating func add(_ layer: Layer, _ part: inout WorkloadExport.Part) {
    guard layer.maps == 1 else {
      part.leave(layer, WorkloadExport.planes(layer))
      return
    }
    let form = ONNXFile.form(of: layer)
    let operands = zip([".input", ".second"], form.operands).map { suffix, shape in
      file.input(layer.name + suffix, shape)
    }
    file.output(file.layer(layer, operands), form.result)
    part.count(layer)
  }

  /// The file's bytes.
  var bytes: [UInt8] { file.bytes }
}
