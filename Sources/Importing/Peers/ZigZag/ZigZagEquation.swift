internal import Inputs

/// The equation of a layer, such as `O[b][k][oy][ox]+=W[k][c][fy][fx]*I[b][c][iy][ix]`.
struct ZigZagEquation {
  /// An operand with the names in its brackets.
  struct Operand {
    let name: String
    let indices: [String]
  }

  let output: Operand
  let operands: [Operand]
  /// Whether the operands are multiplied.
  let isProduct: Bool

  /// Reads an equation; throws at `place`.
  init(_ text: String, at place: SourceLocation) throws(InputError) {
    let compact = text.filter { !$0.isWhitespace }
    guard let equals = compact.firstIndex(of: "=") else { throw Self.fault(text, place) }
    var left = compact[..<equals]
    if left.last == "+" { left.removeLast() }
    let right = compact[compact.index(after: equals)...]
    isProduct = right.contains("*")
    let parts = right.split(whereSeparator: { $0 == "*" || $0 == "+" })
    output = try Self.operand(left, text, place)
    var operands: [Operand] = []
    for part in parts { operands.append(try Self.operand(part, text, place)) }
    guard !operands.isEmpty, operands.count <= 3 else { throw Self.fault(text, place) }
    self.operands = operands
  }

  private static func fault(_ text: String, _ place: SourceLocation) -> InputError {
    InputError(
      "expected such as O[b][k]+=W[k][c]*I[b][c], found \(ONNXText.quoted(text))", at: place,
      path: "equation")
  }

  private static func operand(
    _ text: Substring, _ whole: String, _ place: SourceLocation
  ) throws(InputError) -> Operand {
    let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    var rest = text[name.endIndex...]
    var indices: [String] = []
    while rest.first == "[" {
      guard let end = rest.firstIndex(of: "]") else { throw fault(whole, place) }
      let index = rest[rest.index(after: rest.startIndex)..<end]
      guard !index.isEmpty, index.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
        throw fault(whole, place)
      }
      indices.append(index.lowercased())
      rest = rest[rest.index(after: end)...]
    }
    guard !name.isEmpty, rest.isEmpty else { throw fault(whole, place) }
    return Operand(name: String(name), indices: indices)
  }

  /// `ix=2*ox+1*fx-3`: an index as a sum of dimensions, with what is taken from it.
  struct Relation {
    let index: String
    let terms: [Contraction.Term]
    /// Elements before the map that the first window begins at: a constant below zero.
    let before: Int

    init(_ text: String, at place: SourceLocation) throws(InputError) {
      let compact = text.filter { !$0.isWhitespace }.lowercased()
      let sides = compact.split(separator: "=", omittingEmptySubsequences: false)
      func fault() -> InputError {
        InputError(
          "expected such as ix=2*ox+1*fx, found \(ONNXText.quoted(text))", at: place,
          path: "dimension_relations")
      }
      guard sides.count == 2, !sides[0].isEmpty, sides[0].allSatisfy({ $0.isLetter || $0.isNumber })
      else { throw fault() }
      var terms: [Contraction.Term] = []
      var constant = 0
      let signed = sides[1].replacing("-", with: "+-")
      for part in signed.split(separator: "+") {
        let factors = part.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        let numbers = factors.compactMap { Int($0) }
        let names = factors.filter { Int($0) == nil }
        guard factors.count <= 2, numbers.allSatisfy({ abs($0) <= 1 << 30 }) else { throw fault() }
        if names.isEmpty, numbers.count == 1 {
          constant += numbers[0]
        } else if let name = names.first, names.count == 1, !name.isEmpty,
          name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
        {
          // `0*nb` takes no part.
          let factor = numbers.first ?? 1
          guard factor >= 0 else { throw fault() }
          if factor > 0 {
            terms.append(Contraction.Term(dimension: name.uppercased(), factor: factor))
          }
        } else {
          throw fault()
        }
      }
      guard !terms.isEmpty, constant <= 0, constant >= -(1 << 30) else { throw fault() }
      index = String(sides[0])
      self.terms = terms
      before = -constant
    }
  }
}
