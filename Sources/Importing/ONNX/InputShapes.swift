internal import Foundation
internal import Inputs
internal import Networks

/// Shapes for a model's inputs, as `NAME=1x3x224x224` each.
public struct InputShapes: Sendable {
  /// A shape that cannot be read.
  public struct Fault: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let description: String
  }

  let shapes: [String: [Int]]
  let names: [String]

  /// Reads `NAME=AxBxC` each; a name holds anything, so the last `=` counts.
  public init(_ texts: [String]) throws(Fault) {
    var shapes: [String: [Int]] = [:]
    var names: [String] = []
    for text in texts {
      guard let place = text.lastIndex(of: "="), place > text.startIndex else {
        throw Fault(description: "expected NAME=1x3x224x224, found `\(text)`")
      }
      let name = String(text[..<place])
      var extents: [Int] = []
      let parts = text[text.index(after: place)...].split(
        separator: "x", omittingEmptySubsequences: false)
      for part in parts {
        guard let extent = Int(part), (1...LayerLimits.extent).contains(extent) else {
          throw Fault(description: "expected NAME=1x3x224x224, found `\(text)`")
        }
        extents.append(extent)
      }
      guard shapes.updateValue(extents, forKey: name) == nil else {
        throw Fault(description: "two shapes for the input `\(name)`")
      }
      names.append(name)
    }
    self.shapes = shapes
    self.names = names
  }

  /// Shapes of the inputs, and how they came about.
  struct Resolved {
    var values: [(name: String, shape: [Int])] = []
    var symbols: [String: Int] = [:]
    /// What nobody said, in words.
    var inferred: [String] = []
  }

  /// The shape of every graph input, and what the symbols among them stand for.
  ///
  /// A symbol, or nothing, as the first extent is the batch, and that is 1.
  func resolve(
    _ model: ONNXModel, constants: Set<String>
  ) throws(InputError) -> Resolved {
    let inputs = model.graph.inputs.filter { !constants.contains($0.name) }
    for name in names where !inputs.contains(where: { $0.name == name }) {
      let near = nearestName(to: name, among: inputs.map(\.name))
      throw InputError(
        "has no input \(ONNXText.quoted(name)), "
          + (near.map { "did you mean `\($0)`?" }
            ?? "it has " + inputs.prefix(5).map { ONNXText.quoted($0.name) }.joined(separator: ", ")),
        file: model.file, path: "--input-shape")
    }
    var resolved = Resolved()
    for input in inputs {
      let shape = try shape(of: input, &resolved, model.file)
      resolved.values.append((input.name, shape))
    }
    return resolved
  }

  private func shape(
    of input: ONNXValue, _ resolved: inout Resolved, _ file: String
  ) throws(InputError) -> [Int] {
    let given = shapes[input.name]
    guard let dimensions = input.dimensions else {
      if let given { return given }
      throw InputError(
        "has no shape, give it with --input-shape \(input.name)=1x3x224x224", file: file,
        path: input.path)
    }
    if let given, given.count != dimensions.count {
      throw InputError(
        "has \(dimensions.count) dimensions, --input-shape gives \(given.count)", file: file,
        path: input.path)
    }
    var result: [Int] = []
    for (index, dimension) in dimensions.enumerated() {
      switch dimension {
      case .fixed(let size): result.append(given?[index] ?? size)
      case .symbol(let symbol):
        let known = given?[index] ?? resolved.symbols[symbol]
        guard let size = known ?? (index == 0 ? 1 : nil) else {
          throw missing(input, index, symbol, dimensions, file)
        }
        if known == nil {
          let what = symbol.isEmpty ? "its first extent" : "`\(ONNXText.short(symbol))`"
          resolved.inferred.append("input \(ONNXText.quoted(input.name)): \(what) is the batch, 1")
        }
        if !symbol.isEmpty { resolved.symbols[symbol] = size }
        result.append(size)
      }
    }
    return result
  }

  private func missing(
    _ input: ONNXValue, _ index: Int, _ symbol: String, _ dimensions: [ONNXValue.Dimension],
    _ file: String
  ) -> InputError {
    let example = dimensions.enumerated().map { place, dimension in
      switch dimension {
      case .fixed(let size): "\(size)"
      case .symbol: place == 0 ? "1" : "SIZE"
      }
    }.joined(separator: "x")
    let what = symbol.isEmpty ? "not given" : "the symbol \(ONNXText.quoted(symbol))"
    return InputError(
      "dimension \(index) is \(what), give the shape with --input-shape \(input.name)=\(example)",
      file: file, path: input.path)
  }
}
