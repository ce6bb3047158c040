internal import Inputs

/// One line of a topology that is not blank.
struct TopologyLine {
  /// A field without the white space and the quotation marks around it, and where it starts.
  struct Field {
    let text: String
    let place: SourceLocation
  }

  let place: SourceLocation
  /// The fields up to the last that is not empty.
  let fields: [Field]
  /// What divides the fields.
  let divider: Character

  /// The lines of a text that hold anything but dividers, white space and comments.
  ///
  /// A `divider` that is nil is found out line by line: commas, else tabs, else semicolons.
  static func lines(_ text: String, file: String, divider: Character?) -> [TopologyLine] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .compactMap { index, line in
        let place = SourceLocation(file: file, line: index + 1, column: 1)
        let parsed = TopologyLine(line, at: place, divider: divider ?? Self.divider(of: line))
        return parsed.fields.isEmpty ? nil : parsed
      }
  }

  private static func divider(of line: Substring) -> Character {
    [",", "\t", ";"].first { line.contains($0) } ?? ","
  }

  private init(_ line: Substring, at start: SourceLocation, divider: Character) {
    var fields: [Field] = []
    var rest = line
    var column = 1
    while true {
      let part = Self.part(rest, divider)
      let lead = part.prefix { Self.isBlank($0, divider) }.count
      var text = part.drop { Self.isBlank($0, divider) }
      while let last = text.last, Self.isBlank(last, divider) { text.removeLast() }
      // A field that begins with # is a comment up to the end of the line.
      if text.first == "#" { break }
      var place = start
      place.column = column + lead
      fields.append(Field(text: Self.unquoted(text), place: place))
      guard part.endIndex < rest.endIndex else { break }
      column += part.count + 1
      rest = rest[rest.index(after: part.endIndex)...]
    }
    // A divider at the end of a line ends the last field, it does not begin another.
    while fields.last?.text.isEmpty == true { fields.removeLast() }
    self.fields = fields
    self.divider = divider
    place = fields.first?.place ?? start
  }

  private static func isBlank(_ character: Character, _ divider: Character) -> Bool {
    character.isWhitespace && character != divider
  }

  /// The text up to the next divider that stands outside quotation marks.
  private static func part(_ rest: Substring, _ divider: Character) -> Substring {
    let plain = rest.prefix { $0 != divider }
    guard let open = rest.firstIndex(where: { !isBlank($0, divider) }), rest[open] == "\"" else {
      return plain
    }
    var index = rest.index(after: open)
    while let mark = rest[index...].firstIndex(of: "\"") {
      index = rest.index(after: mark)
      if index < rest.endIndex, rest[index] == "\"" {
        index = rest.index(after: index)
        continue
      }
      // Marks that do not end the field are a part of the name.
      let next = rest[index...].firstIndex { !isBlank($0, divider) } ?? rest.endIndex
      return next == rest.endIndex || rest[next] == divider ? rest[..<next] : plain
    }
    return plain
  }

  /// The text within quotation marks, doubled ones made single; as it is without them.
  private static func unquoted(_ text: Substring) -> String {
    guard text.count >= 2, text.first == "\"", text.last == "\"" else { return String(text) }
    let inner = text.dropFirst().dropLast()
    let pieces = inner.split(separator: "\"\"", omittingEmptySubsequences: false)
    guard pieces.allSatisfy({ !$0.contains("\"") }) else { return String(text) }
    return pieces.joined(separator: "\"")
  }

  /// The layer of the line; nil for a title, a line with a name and nothing else.
  func row(_ header: TopologyHeader) throws(InputError) -> TopologyFile.Row? {
    let name = header.name < fields.count ? fields[header.name] : nil
    if fields.count == 1, let name, !name.text.isEmpty {
      let words = name.text.split { $0.isWhitespace || ",;".contains($0) }
      guard words.count(where: { Int($0) != nil }) < 2 else {
        throw InputError(
          "expected fields divided by \(Self.word(divider)), as in the header", at: place)
      }
      return nil
    }
    guard let name, !name.text.isEmpty else {
      throw InputError("the layer has no name", at: place)
    }
    var numbers: [TopologyColumn: TopologyFile.Number] = [:]
    var sparsity: (kept: Int, of: Int)?
    for (index, field) in fields.enumerated() where index != header.name {
      guard let column = try column(index, header) else { continue }
      if field.text.isEmpty { continue }
      if isStride(index, header) {
        numbers[.strideColumns] = try Self.number(field, .strideColumns)
      } else if column == .sparsity {
        sparsity = try Self.sparsity(field)
      } else {
        numbers[column] = try Self.number(field, column)
      }
    }
    let missing = TopologyColumn.required(by: header.form).filter { numbers[$0] == nil }
    guard missing.isEmpty else {
      let names = missing.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw InputError(
        "\(names) \(missing.count == 1 ? "is" : "are") missing", at: place)
    }
    return TopologyFile.Row(name: name.text, place: place, numbers: numbers, sparsity: sparsity)
  }

  /// Whether the field with this number is a stride under a heading that says `Sparsity`: SCALE-Sim
  /// looks at places only, and takes a whole number behind the first stride for the second.
  func isStride(_ index: Int, _ header: TopologyHeader) -> Bool {
    header.columns.indices.contains(index) && header.columns[index] == .sparsity && index > 0
      && header.columns[index - 1] == .stride && fields.indices.contains(index)
      && Int(fields[index].text) != nil
  }

  private static func word(_ divider: Character) -> String {
    divider == "\t" ? "tabs" : divider == ";" ? "semicolons" : "commas"
  }

  /// What the field with this number is, nil where it is left out.
  ///
  /// Beyond the header SCALE-Sim writes the stride of the other direction and the sparsity.
  private func column(_ index: Int, _ header: TopologyHeader) throws(InputError) -> TopologyColumn?
  {
    if index < header.columns.count { return header.columns[index] }
    let field = fields[index]
    if field.text.isEmpty { return nil }
    let isNext = index == header.columns.count
    if field.text.contains(":"), !header.columns.contains(.sparsity) { return .sparsity }
    if isNext, header.form == .convolution, header.columns.last == .some(.stride) {
      return .strideColumns
    }
    throw InputError(
      "\(ONNXText.quoted(field.text)) stands beyond the header's \(header.columns.count) columns, "
        + "delete it or name its column", at: field.place)
  }

  private static func number(
    _ field: Field, _ column: TopologyColumn
  ) throws(InputError) -> TopologyFile.Number {
    guard let value = Int(field.text), (column.least...TopologyFile.largest).contains(value) else {
      throw InputError(
        "expected a whole number from \(column.least) to \(TopologyFile.largest), found "
          + ONNXText.quoted(field.text), at: field.place, path: column.rawValue)
    }
    return TopologyFile.Number(value: value, place: field.place)
  }

  private static func sparsity(_ field: Field) throws(InputError) -> (kept: Int, of: Int) {
    let parts = field.text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let kept = Int(parts[0]), let of = Int(parts[1]), kept >= 1,
      kept <= of
    else {
      throw InputError(
        "expected weights kept and weights, such as 2:4, found \(ONNXText.quoted(field.text))",
        at: field.place, path: "Sparsity")
    }
    return (kept, of)
  }
}
