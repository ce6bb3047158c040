/// How the elements of pictures look, by their classes.
///
/// A page gets a style sheet, which knows light, dark and printed. A file of its own gets the light
/// look as attributes of every element instead: not every renderer of SVG files knows custom
/// properties (librsvg 2.54 and CairoSVG 2 paint them black), and some know no style sheets at all.
enum ChartStyle {
  /// What elements of a class look like; later rules go over earlier ones.
  private struct Rule {
    /// A class, or the name of an element.
    let selector: String
    let declarations: [(property: String, value: Value)]

    init(_ selector: String, _ declarations: [(String, Value)]) {
      self.selector = selector
      self.declarations = declarations
    }
  }

  private enum Value {
    case plain(String)
    /// A colour by its role, which differs between light and dark.
    case colour(String)
    /// A length in pixels.
    case pixels(String)
  }

  private typealias Colour = (role: String, light: String, dark: String?)

  /// Colours by role; those without a dark one serve both.
  private static let colours: [Colour] = [
    ("ink", "#1c1c1e", "#ececf1"), ("soft", "#5b5b62", "#a9a9b4"), ("grid", "#e3e3e8", "#34343b"),
    ("paper", "#ffffff", "#1a1a1e"), ("cloud", "#8e8e99", "#7b7b86"), ("c0", "#0072b2", "#3b8fd4"),
    ("c1", "#e69f00", nil), ("c2", "#009e73", "#1fbf92"), ("c3", "#d55e00", "#f0803c"),
    ("c4", "#56b4e9", "#9adbff"), ("c5", "#cc79a7", nil), ("c6", "#f0e442", nil),
    ("c7", "#777780", "#a0a0aa"), ("q0", "#fde725", nil), ("q1", "#5ec962", nil),
    ("q2", "#21918c", nil), ("q3", "#3b528b", nil), ("q4", "#440154", nil),
  ]

  private static let texts: [Rule] = [
    Rule("text", [("fill", .colour("ink")), ("font-size", .pixels("12"))]),
    Rule("tick", [("fill", .colour("soft")), ("font-size", .pixels("11"))]),
    Rule("name", [("font-size", .pixels("11"))]),
    Rule("unit", [("fill", .colour("soft")), ("font-size", .pixels("12"))]),
    Rule("value", [("fill", .colour("soft")), ("font-size", .pixels("10.5"))]),
    Rule("inside", [("font-size", .pixels("10.5"))]),
    Rule("head", [("font-size", .pixels("15")), ("font-weight", .plain("bold"))]),
    Rule("note", [("fill", .colour("soft")), ("font-size", .pixels("11"))]),
  ]

  private static let shapes: [Rule] = [
    Rule("paper", [("fill", .colour("paper"))]),
    Rule("grid", [("stroke", .colour("grid")), ("stroke-width", .plain("1"))]),
    Rule("base", [("stroke", .colour("soft")), ("stroke-width", .plain("1"))]),
    Rule("edge", [("stroke", .colour("paper")), ("stroke-width", .plain("0.6"))]),
    Rule(
      "line",
      [
        ("fill", .plain("none")), ("stroke-width", .plain("2")),
        ("stroke-linejoin", .plain("round")), ("stroke-linecap", .plain("round")),
      ]),
    Rule(
      "cloud",
      [
        ("fill", .plain("none")), ("stroke", .colour("cloud")), ("stroke-width", .plain("3")),
        ("stroke-linecap", .plain("round")), ("opacity", .plain("0.55")),
      ]),
    Rule("faint", [("opacity", .plain("0.45"))]),
    Rule("cell", [("fill", .colour("c0"))]),
    Rule("pale", [("fill-opacity", .plain("0.6"))]),
    Rule("dot", [("stroke", .colour("paper")), ("stroke-width", .plain("0.8"))]),
    Rule("shade", [("stroke", .colour("ink")), ("stroke-width", .plain("0.7"))]),
  ]

  /// Dashes of series beyond the first palette and between its colours; the first has none.
  private static let dashes: [Rule] = [
    "8 4", "2 4", "9 3 2 3", "5 3", "14 4", "3 2 1 2", "1 3",
  ].enumerated().map { Rule("d\($0 + 1)", [("stroke-dasharray", .plain($1))]) }

  private static let series: [Rule] =
    (0..<SeriesStyle.count).flatMap { index -> [Rule] in
      [
        Rule("f\(index)", [("fill", .colour("c\(index)"))]),
        Rule("s\(index)", [("stroke", .colour("c\(index)"))]),
      ]
    }

  private static let steps: [Rule] = (0..<SeriesStyle.shades).map {
    Rule("q\($0)", [("fill", .colour("q\($0)"))])
  }

  private static let rules: [Rule] = texts + shapes + dashes + series + steps

  // MARK: Pages

  /// The style sheet of pages: light, dark and printed.
  static let sheet =
    """
    .chart{\(variables { $0.light });display:block;width:100%;height:auto;\
    font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    @media screen and (prefers-color-scheme:dark){.chart{\(variables { $0.dark })}}
    .chart text{unicode-bidi:isolate}
    .chart .mark:hover{opacity:1;stroke:var(--ink);stroke-width:1.5}

    """ + rules.map { ".chart \(selector($0)){\(declarations($0))}\n" }.joined()

  private static func variables(_ theme: (Colour) -> String?) -> String {
    colours.compactMap { colour in theme(colour).map { "--\(colour.role):\($0)" } }
      .joined(separator: ";")
  }

  private static func selector(_ rule: Rule) -> String {
    rule.selector == "text" ? "text" : ".\(rule.selector)"
  }

  private static func declarations(_ rule: Rule) -> String {
    rule.declarations.map { property, value in
      switch value {
      case .plain(let text): "\(property):\(text)"
      case .colour(let role): "\(property):var(--\(role))"
      case .pixels(let text): "\(property):\(text)px"
      }
    }.joined(separator: ";")
  }

  // MARK: Files

  /// The attributes of the root of a file, which all texts inherit.
  static let rootAttributes = " font-family=\"Arial, Helvetica, sans-serif\""

  private static let light = Dictionary(
    uniqueKeysWithValues: colours.map { ($0.role, $0.light) })

  /// What an element of these classes, separated by spaces, looks like in a light picture.
  static func attributes(of element: String, class classes: String) -> [(String, String)] {
    let names = Set(classes.split(separator: " ").map(String.init) + [element])
    var found: [(String, String)] = []
    for rule in rules where names.contains(rule.selector) {
      for (property, value) in rule.declarations {
        let text =
          switch value {
          case .plain(let text), .pixels(let text): text
          case .colour(let role): light[role] ?? "#000000"
          }
        if let index = found.firstIndex(where: { $0.0 == property }) {
          found[index].1 = text
        } else {
          found.append((property, text))
        }
      }
    }
    return found
  }
}
