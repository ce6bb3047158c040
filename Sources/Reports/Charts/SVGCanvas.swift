/// Collects the elements of a picture as text.
struct SVGCanvas {
  /// Whether elements say by attributes what they look like, for files that have no style sheet.
  let isPlain: Bool

  /// Where a text sits relative to its position.
  enum Anchor: String {
    case start
    case middle
    case end
  }

  /// What was drawn.
  private(set) var text = ""

  /// The looks of the elements so far, by name and class.
  private var looks: [String: String] = [:]

  /// An empty picture.
  init(isPlain: Bool = false) { self.isPlain = isPlain }

  /// A number as an attribute's value.
  static func number(_ value: Double) -> String { Coordinate.text(value) }

  /// Draws an element; `tip` is what hovering over it says.
  mutating func draw(_ name: String, _ attributes: [(String, String)], tip: String? = nil) {
    text += "<\(name)\(look(of: name, attributes))\(Self.text(of: attributes))"
    guard let tip else {
      text += "/>\n"
      return
    }
    text += "><title>\(Markup.escaped(tip))</title></\(name)>\n"
  }

  /// Draws a rectangle of a class.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, class name: String, tip: String? = nil
  ) {
    draw(
      "rect",
      [
        ("class", name), ("x", Self.number(x)), ("y", Self.number(y)),
        ("width", Self.number(width)), ("height", Self.number(height)),
      ], tip: tip)
  }

  /// Draws a straight line of a class.
  mutating func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), class name: String
  ) {
    draw(
      "line",
      [
        ("class", name), ("x1", Self.number(start.x)), ("y1", Self.number(start.y)),
        ("x2", Self.number(end.x)), ("y2", Self.number(end.y)),
      ])
  }

  /// Writes `words` with its base line at `y`; `full` is what hovering over a cut text says.
  mutating func label(
    _ words: String, x: Double, y: Double, anchor: Anchor = .start, class name: String,
    full: String? = nil, upward: Bool = false
  ) {
    var attributes = [("class", name), ("x", Self.number(x)), ("y", Self.number(y))]
    if anchor != .start { attributes.append(("text-anchor", anchor.rawValue)) }
    if upward {
      attributes.append(("transform", "rotate(-90 \(Self.number(x)) \(Self.number(y)))"))
    }
    let whole = full.map { $0 == words ? "" : "<title>\(Markup.escaped($0))</title>" } ?? ""
    text +=
      "<text\(look(of: "text", attributes))\(Self.text(of: attributes))>\(Markup.escaped(words))\(whole)</text>\n"
  }

  /// Puts what `body` draws into a group.
  mutating func group(_ name: String, _ body: (inout SVGCanvas) -> Void) {
    text += "<g class=\"\(name)\">\n"
    body(&self)
    text += "</g>\n"
  }

  /// The attributes that the style sheet of a page would give.
  private mutating func look(of name: String, _ attributes: [(String, String)]) -> String {
    guard isPlain, let classes = attributes.first(where: { $0.0 == "class" })?.1 else { return "" }
    let key = "\(name) \(classes)"
    if let known = looks[key] { return known }
    let look = Self.text(of: ChartStyle.attributes(of: name, class: classes))
    looks[key] = look
    return look
  }

  private static func text(of attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\(Markup.escaped($0.1))\"" }.joined()
  }
}
