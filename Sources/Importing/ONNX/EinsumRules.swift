internal import Inputs
internal import Networks

/// `Einsum` where it is a product of two operands, or a sum or a transposition of one.
enum EinsumRules {
  static let all = [
    OperatorRule(["Einsum"], .layer) { context throws(OperatorFault) in try einsum(context) }
  ]

  private static func einsum(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let equation = try context.text("equation", default: "").filter { !$0.isWhitespace }
    let sides = equation.components(by: "->")
    guard !equation.isEmpty, sides.count <= 2 else {
      throw .wrong("attribute `equation`: \(ONNXText.quoted(equation)) is no equation")
    }
    var terms: [[Character]] = []
    var extents: [Character: Int] = [:]
    let texts = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard texts.count == context.inputs.count else {
      throw .wrong(
        "attribute `equation` has \(texts.count) operands, the node \(context.inputs.count)")
    }
    for (index, text) in texts.enumerated() {
      let shape = try context.shape(index)
      let labels = try labels(text, rank: shape.count)
      guard labels.count == shape.count else {
        throw .wrong("operand \(index) of rank \(shape.count) for `\(text)`")
      }
      for (label, extent) in zip(labels, shape) {
        let known = extents[label] ?? 1
        guard known == 1 || extent == 1 || known == extent else {
          throw .wrong("`\(label)` is \(known) and \(extent)")
        }
        extents[label] = max(known == 1 ? extent : known, extent == 0 ? 0 : 1)
      }
      terms.append(labels)
    }
    let counts = Dictionary(terms.joined().map { ($0, 1) }, uniquingKeysWith: +)
    let dots = terms.joined().filter { $0.isNumber }
    let written =
      sides.count == 2
      ? try labels(sides[1], rank: sides[1].filter { $0 != "." }.count + Set(dots).count)
      : Set(dots).sorted() + counts.filter { $0.value == 1 && !$0.key.isNumber }.keys.sorted()
    for label in written where extents[label] == nil {
      throw .wrong("`\(label)` is in the result only")
    }
    let size = { (labels: [Character]) in labels.map { extents[$0] ?? 1 } }
    let output = size(written)
    guard terms.count == 2 else {
      guard terms.count == 1 else {
        var result = NodeResult([GraphValue(shape: output)])
        result.macs = NodeContext.count(Array(extents.values))
        result.refusal = "a product of \(terms.count) operands at once"
        return result
      }
      return NodeResult([GraphValue(shape: output)])
    }
    return try product(context, terms, written, size, output)
  }

  private static func product(
    _ context: NodeContext, _ terms: [[Character]], _ written: [Character],
    _ size: @escaping ([Character]) -> [Int], _ output: [Int]
  ) throws(OperatorFault) -> NodeResult {
    let (a, b, result) = (Set(terms[0]), Set(terms[1]), Set(written))
    let shared = a.intersection(b)
    let summed = shared.subtracting(result)
    // Without anything to sum over it is a product element by element, unless each has rows of its own.
    let groups = try NodeContext.product(size(Array(shared.intersection(result))))
    let rows = try NodeContext.product(size(Array(a.subtracting(b).intersection(result))))
    let columns = try NodeContext.product(size(Array(b.subtracting(a).intersection(result))))
    let depth = try NodeContext.product(size(Array(summed)))
    guard depth > 1 || rows > 1 && columns > 1 else {
      return NodeResult([GraphValue(shape: output)])
    }
    let product = Product(groups: groups, rows: rows, depth: depth, columns: columns)
    var first = Product.Operand(index: 0)
    var second = Product.Operand(index: 1)
    let kernels = { (weights: ImportedTensor, labels: [Character], own: Set<Character>) in
      let order =
        labels.indices.filter { shared.contains(labels[$0]) && result.contains(labels[$0]) }
        + labels.indices.filter { own.contains(labels[$0]) && result.contains(labels[$0]) }
        + labels.indices.filter { summed.contains(labels[$0]) }
      guard order.count == labels.count, Set(labels).count == labels.count else {
        return weights.adding(.opaque("a sum within Einsum"), shape: size(labels))
      }
      return weights.adding(
        .transpose(order: order), shape: size(order.map { labels[$0] }))
    }
    if let weights = try context.input(1).constant {
      second.constant = kernels(weights, terms[1], b.subtracting(a))
    } else if let weights = try context.input(0).constant {
      first.constant = kernels(weights, terms[0], a.subtracting(b))
    }
    return try ProductRules.result(context, product, first, second, output: output)
  }

  /// The labels of an operand; an ellipsis stands for as many digits as extents are left.
  private static func labels(_ text: String, rank: Int) throws(OperatorFault) -> [Character] {
    let parts = text.components(by: "...")
    let named = parts.joined()
    guard parts.count <= 2, named.allSatisfy({ $0.isLetter && $0.isASCII }), rank <= 64 else {
      throw .wrong("attribute `equation`: \(ONNXText.quoted(text)) is not read")
    }
    guard parts.count == 2 else { return Array(text) }
    let free = rank - named.count
    guard (0...9).contains(free) else { throw .wrong("`\(text)` for an operand of rank \(rank)") }
    // The last extent under an ellipsis is called 9, the one before 8, so that ranks may differ.
    let dots = (0..<free).map { Character("\(9 - (free - 1 - $0))") }
    return Array(parts[0]) + dots + Array(parts[1])
  }
}

extension String {
  /// The parts between occurrences of a separator.
  fileprivate func components(by separator: String) -> [String] {
    var parts = [""]
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(separator) {
        parts.append("")
        rest = rest.dropFirst(separator.count)
      } else {
        parts[parts.count - 1].append(rest.removeFirst())
      }
    }
    return parts
  }
}
