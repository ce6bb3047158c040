public import Inputs
internal import SwiftProtobuf

/// An ONNX model as its file describes it, nothing inferred.
public struct ONNXModel: Sendable {
  /// The largest file read, which is also the largest a protocol buffer can be: 2 GiB.
  static let sizeLimit = (1 << 31) - 1

  /// The file's path as the user gave it.
  public let file: String
  /// Name and version of the program that wrote the model, empty where it does not say.
  public let producer: String
  /// The version of ONNX's own operators, 1 where the file does not say.
  public let operatorSet: Int
  /// The graph.
  public let graph: ONNXGraph
  /// Functions that nodes call like operators, by domain and name.
  let functions: [[String]: ONNXFunction]

  /// Reads a model; throws an `InputError` that names the byte or the part that is wrong.
  ///
  /// Large values stay in the file and are read from there when they are asked for.
  public init(path: String) throws(InputError) {
    let canSeek = InputFile.isRegular(path)
    let bytes = try InputFile.withBytes(path, limit: Self.sizeLimit) {
      (bytes) throws(InputError) in
      guard bytes.count <= Self.sizeLimit else {
        throw InputError("larger than 2 GiB, too large for a protocol buffer", file: path)
      }
      guard !bytes.isEmpty else { throw InputError("is empty, expected an ONNX model", file: path) }
      guard !Self.isText(bytes) else {
        throw InputError("is a text file, expected an ONNX model", file: path)
      }
      return try WireCheck.model(bytes, file: path, canSeek: canSeek)
    }
    try self.init(checked: bytes, file: path)
  }

  /// Decodes what `WireCheck` left of a model.
  private init(checked bytes: [UInt8], file: String) throws(InputError) {
    let message: ModelMessage
    do {
      var options = BinaryDecodingOptions()
      options.discardUnknownFields = true
      message = try ModelMessage(serializedBytes: bytes, options: options)
    } catch {
      throw InputError("is not an ONNX model (\(error))", file: file)
    }
    guard let graph = message.graph else {
      throw InputError("has no graph, expected an ONNX model", file: file)
    }
    self.file = file
    producer = [message.producerName, message.producerVersion].filter { !$0.isEmpty }
      .joined(separator: " ")
    operatorSet = try Self.operatorSet(message, file)
    self.graph = try ONNXGraph(graph, file: file, path: "graph")
    var functions: [[String]: ONNXFunction] = [:]
    for (index, function) in message.functions.enumerated() {
      functions[[function.domain, function.name]] = try ONNXFunction(
        function, file: file, path: "functions[\(index)]")
    }
    self.functions = functions
  }

  private static func operatorSet(
    _ message: ModelMessage, _ file: String
  ) throws(InputError) -> Int {
    let own = message.operatorSets.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }
    guard let version = own?.version else { return 1 }
    guard (1...1_000).contains(version) else {
      throw InputError(
        "expected a version from 1 to 1000, found \(version)", file: file, path: "opset_import")
    }
    return Int(version)
  }

  /// Whether the file begins like a text: no byte of its first 64 is a control character.
  private static func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    return start.prefix(64).allSatisfy { $0 >= 0x20 && $0 != 0x7F || [9, 10, 13].contains($0) }
  }
}

/// What a file says about the shape of a value.
public struct ONNXValue: Sendable {
  /// One extent of a shape.
  public enum Dimension: Sendable, Hashable {
    /// A fixed number.
    case fixed(Int)
    /// A symbol such as `batch`, empty where the file does not even name it.
    case symbol(String)
  }

  /// The value's name.
  public let name: String
  /// The extents, nil where the file does not say or the value is no tensor.
  public let dimensions: [Dimension]?
  /// Where the file says so, such as `graph.input[0] "x"`.
  public let path: String

  init(_ message: ValueInfoMessage, file: String, path: String) throws(InputError) {
    name = message.name
    self.path = "\(path) \(ONNXText.quoted(message.name))"
    guard let shape = message.type?.tensor?.shape else {
      dimensions = nil
      return
    }
    var result: [Dimension] = []
    for (index, dimension) in shape.dimensions.enumerated() {
      guard let size = dimension.size else {
        result.append(.symbol(dimension.symbol ?? ""))
        continue
      }
      // Writers of older files say -1 for a size that they do not know.
      guard size != -1 else {
        result.append(.symbol(""))
        continue
      }
      guard (0...Int64(ONNXTensor.largestExtent)).contains(size) else {
        throw InputError(
          "dimension \(index): expected 0 to \(ONNXTensor.largestExtent), found \(size)",
          file: file, path: self.path)
      }
      result.append(.fixed(Int(size)))
    }
    dimensions = result
  }
}

/// Names of a model in messages: on one line, and never longer than a line should be.
public enum ONNXText {
  /// The name in quotation marks, control characters escaped, shortened beyond 80 characters.
  public static func quoted(_ name: String) -> String {
    let short = name.unicodeScalars.count > 80
    let kept = name.unicodeScalars.prefix(80)
    let escaped = kept.map { scalar in
      scalar == "\"" || scalar == "\\" || scalar.value < 0x20 || scalar.value == 0x7F
        ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return "\"" + escaped.joined() + (short ? "..." : "") + "\""
  }

  /// The same without quotation marks.
  static func short(_ name: String) -> String { String(quoted(name).dropFirst().dropLast()) }
}
