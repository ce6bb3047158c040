/// One line of a topology that is not blank.
struct TopologyLine {
  /// A field without the white space around it, and where it starts.
  struct Field {
    let text: String
    let place: SourceLocation
  }

  let place: SourceLocation
  let fields: [Field]

  /// The lines of a text that hold anything but commas and white space.
  static func lines(_ text: String, file: String) -> [TopologyLine] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .compactMap { index, line in
        let parsed = TopologyLine(line, at: SourceLocation(file: file, line: index + 1, column: 1))
        return parsed.fields.isEmpty ? nil : parsed
      }
  }

  private init(_ line: Substring, at start: SourceLocation) {
    var fields: [Field] = []
    var column = 1
    for part in line.split(separator: ",", omittingEmptySubsequences: false) {
      let lead = part.prefix(while: \.isWhitespace).count
      let text = part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
      var place = start
      place.column = column + lead
      fields.append(Field(text: String(text.reversed()), place: place))
      column += part.count + 1
    }
    // A comma at the end of a line ends the last field, it does not begin another.
    while fields.last?.text.isEmpty == true { fields.removeLast() }
    self.fields = fields
    place = fields.first?.place ?? start
  }

  /// The layer of the line.
  func row(_ form: TopologyFile.Form) throws(InputError) -> TopologyFile.Row {
    let columns = Self.columns(form)
    guard let name = fields.first, !name.text.isEmpty else {
      throw InputError("the layer has no name", at: place)
    }
    var rest = fields[1...]
    var sparsity: (kept: Int, of: Int)?
    if let last = rest.last, last.text.contains(":") {
      sparsity = try Self.sparsity(last)
      rest.removeLast()
    }
    guard rest.count >= columns.count else {
      throw InputError(
        "expected \(columns.count) numbers after the name, found \(rest.count): `\(columns[rest.count])` is missing",
        at: place)
    }
    // A convolution may have a stride for each direction.
    let most = form == .convolution ? columns.count + 1 : columns.count
    guard rest.count <= most else {
      throw InputError(
        "expected \(columns.count) numbers after the name, found \(rest.count)",
        at: rest[rest.startIndex + most].place)
    }
    var numbers: [TopologyFile.Number] = []
    for (index, field) in rest.enumerated() {
      numbers.append(
        try Self.number(field, index < columns.count ? columns[index] : "Stride Width"))
    }
    if form == .convolution, let last = numbers.last, numbers.count == columns.count {
      numbers.append(last)
    }
    return TopologyFile.Row(name: name.text, place: place, numbers: numbers, sparsity: sparsity)
  }

  private static func columns(_ form: TopologyFile.Form) -> [String] {
    switch form {
    case .convolution:
      [
        "IFMAP Height", "IFMAP Width", "Filter Height", "Filter Width", "Channels", "Num Filter",
        "Strides",
      ]
    case .product: ["M", "N", "K"]
    }
  }

  private static func number(
    _ field: Field, _ column: String
  ) throws(InputError) -> TopologyFile.Number {
    guard let value = Int(field.text), (1...TopologyFile.largest).contains(value) else {
      throw InputError(
        "expected a whole number from 1 to \(TopologyFile.largest), found "
          + ONNXText.quoted(field.text), at: field.place, path: column)
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
