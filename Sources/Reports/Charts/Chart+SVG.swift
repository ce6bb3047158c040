extension Chart {
  /// The picture as one `svg` element for a page that has the style sheet, the title and the caption.
  var inline: String { drawing(isAlone: false) }

  /// The picture as a file of its own, with title and caption, in colours that every renderer knows.
  public var file: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + drawing(isAlone: true)
  }

  private func drawing(isAlone: Bool) -> String {
    let width = self.width.points
    let lines = isAlone ? Self.wrapped(caption, to: width - 24, size: 11) : []
    let heads = isAlone ? headLines(to: width - 24) : []
    let top = isAlone ? 36 + Double(heads.count - 1) * 20 : 0
    // Beside a plot of points a picture is about as high, where that does not tear it apart.
    let room = self.width == .half ? 380.0 : 0
    var canvas = SVGCanvas(isPlain: isAlone)
    var bottom = top
    if isEmpty {
      canvas.label(sentence, x: 12, y: top + 24, class: "unit")
      bottom += 40
    } else {
      switch plot {
      case .bars(let plot): bottom += plot.draw(on: &canvas, width: width, top: top, room: room)
      case .points(let plot):
        bottom += plot.draw(
          on: &canvas, width: width, height: self.width == .half ? 380 : 440, top: top)
      case .timeline(let plot): bottom += plot.draw(on: &canvas, width: width, top: top)
      case .tracks(let plot): bottom += plot.draw(on: &canvas, width: width, top: top)
      case .cells(let plot):
        bottom += plot.draw(on: &canvas, width: width, top: top, room: room)
      }
    }
    let height = bottom + (lines.isEmpty ? 0 : Double(lines.count) * 15 + 8)
    var frame = SVGCanvas(isPlain: isAlone)
    if isAlone {
      frame.rectangle(x: 0, y: 0, width: width, height: height, class: "paper")
      for (index, head) in heads.enumerated() {
        frame.label(
          head, x: 12, y: 22 + Double(index) * 20, class: "head", full: title)
      }
      for (index, line) in lines.enumerated() {
        frame.label(line, x: 12, y: bottom + Double(index) * 15 + 10, class: "note")
      }
    }
    let words = Markup.escaped(title)
    let size =
      isAlone
      ? " xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Coordinate.text(width))\""
        + " height=\"\(Coordinate.text(height))\"\(ChartStyle.rootAttributes)" : ""
    return
      "<svg class=\"chart\"\(size) viewBox=\"0 0 \(Coordinate.text(width)) "
      + "\(Coordinate.text(height))\" role=\"img\" aria-label=\"\(words)\">\n"
      + "<title>\(words)</title>\n<desc>\(Markup.escaped(caption))</desc>\n"
      + frame.text + canvas.text + "</svg>\n"
  }

  /// The title in lines, at least one: what it says last is often what tells pictures of a kind apart.
  private func headLines(to limit: Double) -> [String] {
    let size = 15.5
    let lines = Self.wrapped(title, to: limit, size: size)
    guard lines.count > Self.mostHeads else { return lines.isEmpty ? [""] : lines }
    let rest = lines[(Self.mostHeads - 1)...].joined(separator: " ")
    return lines.prefix(Self.mostHeads - 1) + [TextMetrics.fitted(rest, to: limit, size: size)]
  }

  /// The most lines of a title.
  private static let mostHeads = 3

  /// `text` in lines that fit `limit`.
  private static func wrapped(_ text: String, to limit: Double, size: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, TextMetrics.width("\(last) \(word)", size: size) <= limit {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(TextMetrics.fitted(String(word), to: limit, size: size))
      }
    }
    return lines
  }
}
