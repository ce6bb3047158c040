internal import Inputs

/// What the dimensions of a Timeloop problem index.
struct TimeloopShape {
  /// Most dimensions of a shape, more than any has.
  private static let mostDimensions = 64

  /// The dimensions in the order of the file.
  let dimensions: [String]
  /// Names of numbers in projections with their defaults; nil for one that must be given.
  let coefficients: [(name: String, fallback: Int?)]
  /// The operands with their projections, whose factors are names or numbers.
  let spaces: [Space]

  /// An operand.
  struct Space {
    let name: String
    /// Terms of each axis: a dimension, and what it is multiplied with.
    let axes: [[(dimension: String, factor: String?)]]
    let isWritten: Bool
    let place: SourceLocation
  }

  /// The shape of a problem: a mapping, the name of one that ships with Timeloop, or nothing.
  init(_ node: YAMLNode?, problem: YAMLNode) throws(InputError) {
    guard let node else {
      self = Self.convolution(channelName: "K")
      return
    }
    if let name = node.scalar {
      switch name.lowercased().filter({ $0 != "-" && $0 != "_" }) {
      case "cnnlayer", "conv2d": self = Self.convolution(channelName: "K")
      case "gemmabz", "gemm": self = Self.product
      default:
        throw InputError(
          "the shape \(ONNXText.quoted(name)) is not known here, write it out below `shape`: "
            + "dimensions, coefficients, data_spaces", at: node.location, path: "problem.shape")
      }
      return
    }
    guard node.entries != nil else {
      throw InputError(
        "expected a mapping or a name, found \(node.word)", at: node.location,
        path: "problem.shape")
    }
    guard let list = node.value("dimensions") else {
      throw InputError("missing key `dimensions`", at: node.location, path: "problem.shape")
    }
    let dimensions = try list.texts("problem.shape.dimensions")
    guard dimensions.count <= Self.mostDimensions else {
      throw InputError(
        "expected at most \(Self.mostDimensions) dimensions, found \(dimensions.count)",
        at: list.location, path: "problem.shape.dimensions")
    }
    if let twice = dimensions.enumerated().first(where: { dimensions[..<$0].contains($1) }) {
      throw InputError(
        "a second dimension `\(twice.element)`", at: list.location,
        path: "problem.shape.dimensions")
    }
    self.dimensions = dimensions
    coefficients = try Self.coefficients(node.value("coefficients"))
    guard let spaces = node.value("data_spaces", "data-spaces", "dataspaces"),
      let items = spaces.items
    else {
      throw InputError(
        "missing list `data_spaces`: what the dimensions index", at: node.location,
        path: "problem.shape")
    }
    var read: [Space] = []
    for (index, item) in items.enumerated() {
      read.append(try Space(item, index, dimensions: dimensions))
    }
    self.spaces = read
  }

  private init(
    dimensions: [String], coefficients: [String], spaces: [(String, [[(String, String?)]], Bool)]
  ) {
    let place = SourceLocation(file: "", line: 1, column: 1)
    self.dimensions = dimensions
    self.coefficients = coefficients.map { ($0, 1) }
    self.spaces = spaces.map { space in
      Space(
        name: space.0, axes: space.1.map { $0.map { ($0.0, $0.1) } }, isWritten: space.2,
        place: place)
    }
  }

  /// `problem-shapes/cnn-layer.yaml`.
  private static func convolution(channelName: String) -> TimeloopShape {
    TimeloopShape(
      dimensions: ["R", "S", "P", "Q", "C", channelName, "N"],
      coefficients: ["Wstride", "Hstride", "Wdilation", "Hdilation"],
      spaces: [
        ("Weights", ["C", channelName, "R", "S"].map { [($0, nil)] }, false),
        (
          "Inputs",
          [
            [("N", nil)], [("C", nil)], [("R", "Wdilation"), ("P", "Wstride")],
            [("S", "Hdilation"), ("Q", "Hstride")],
          ], false
        ),
        ("Outputs", ["N", channelName, "Q", "P"].map { [($0, nil)] }, true),
      ])
  }

  /// `problem-shapes/gemm-ABZ.yaml`.
  private static var product: TimeloopShape {
    TimeloopShape(
      dimensions: ["M", "N", "K"], coefficients: [],
      spaces: [
        ("A", [[("M", nil)], [("K", nil)]], false), ("B", [[("N", nil)], [("K", nil)]], false),
        ("Z", [[("M", nil)], [("N", nil)]], true),
      ])
  }

  private static func coefficients(
    _ node: YAMLNode?
  ) throws(InputError) -> [(name: String, fallback: Int?)] {
    guard let node else { return [] }
    let path = "problem.shape.coefficients"
    guard let items = node.items else {
      throw InputError("expected a list, found \(node.word)", at: node.location, path: path)
    }
    var result: [(name: String, fallback: Int?)] = []
    for item in items {
      guard let name = item.value("name")?.scalar else {
        throw InputError("missing key `name`", at: item.location, path: path)
      }
      result.append((name, try item.value("default")?.number("\(path).default")))
    }
    return result
  }
}

extension TimeloopShape.Space {
  /// Reads one entry of `data_spaces`.
  init(_ node: YAMLNode, _ index: Int, dimensions: [String]) throws(InputError) {
    let path = "problem.shape.data_spaces[\(index)]"
    guard let name = node.value("name")?.scalar, !name.isEmpty else {
      throw InputError("missing key `name`", at: node.location, path: path)
    }
    guard let projection = node.value("projection"), let list = projection.items else {
      throw InputError(
        "missing list `projection`: the dimensions that index \(name)", at: node.location,
        path: path)
    }
    var axes: [[(dimension: String, factor: String?)]] = []
    for axis in list {
      // `C` and `[C]` are axes of one dimension, beside the written out `[[C]]`.
      let terms = axis.items ?? [axis]
      var sum: [(dimension: String, factor: String?)] = []
      for term in terms {
        let words =
          term.items == nil
          ? [term.scalar].compactMap(\.self) : try term.texts("\(path).projection")
        guard let dimension = words.first, words.count <= 2, dimensions.contains(dimension) else {
          throw InputError(
            "expected a dimension of the shape, and what it is multiplied with, found "
              + (words.isEmpty ? term.word : ONNXText.quoted(words.joined(separator: ", "))),
            at: term.location, path: "\(path).projection")
        }
        sum.append((dimension, words.count > 1 ? words[1] : nil))
      }
      axes.append(sum)
    }
    self.name = name
    self.axes = axes
    let written = node.value("read_write", "read-write", "readwrite")?.scalar?.lowercased()
    isWritten = written == "true"
    place = node.location
  }
}
