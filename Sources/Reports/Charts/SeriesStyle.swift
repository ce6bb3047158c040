/// How a series looks: a colour of the palette with the marker shape and the dash that go with it.
///
/// Colours are those of Okabe and Ito, "Color Universal Design", 2008, told apart by readers with any
/// colour vision; shapes and dashes repeat the distinction.
public struct SeriesStyle: Codable, Hashable, Sendable {
  /// Position in the palette.
  public let index: Int
  /// Step of the scale from light, for low values, to dark; nil for colours of the palette.
  public let shade: Int?

  /// The style at `index`; positions beyond the palette start again.
  public init(_ index: Int) {
    self.index = index
    shade = nil
  }

  /// The style of a step of the scale, 0 to `shades` - 1.
  ///
  /// Colours are those of viridis (van der Walt and Smith, 2015): lightness falls steadily, so that
  /// the order is seen with any colour vision and in grey.
  public init(shade: Int) {
    index = 3
    self.shade = min(max(shade, 0), Self.shades - 1)
  }

  /// Steps of the scale.
  public static let shades = 5

  /// The number of colours.
  static let count = 8

  private var position: Int { ((index % Self.count) + Self.count) % Self.count }

  /// Class of filled marks.
  var fill: String { shade.map { "shade q\($0)" } ?? "f\(position)" }

  /// Class of lines; beyond the palette the dash differs.
  var stroke: String { "s\(position) d\((position + index / Self.count) % Self.count)" }

  /// The outline of a marker around a point.
  func marker(x: Double, y: Double, radius r: Double) -> String {
    func n(_ value: Double) -> String { Coordinate.text(value) }
    func polygon(_ corners: [(Double, Double)]) -> String {
      "M" + corners.map { "\(n(x + $0.0 * r)) \(n(y + $0.1 * r))" }.joined(separator: "L") + "Z"
    }
    switch position {
    case 1: return polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case 2: return polygon([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)])
    case 3: return polygon([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    case 4: return polygon([(0, 1.2), (1.1, -0.8), (-1.1, -0.8)])
    case 5:
      return polygon([
        (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
        (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
      ])
    case 6: return polygon([(-1.3, -0.5), (1.3, -0.5), (1.3, 0.5), (-1.3, 0.5)])
    case 7: return polygon([(0, -1.1), (1.05, -0.35), (0.65, 0.9), (-0.65, 0.9), (-1.05, -0.35)])
    default:
      return "M\(n(x - r)) \(n(y))a\(n(r)) \(n(r)) 0 1 0 \(n(2 * r)) 0a\(n(r)) \(n(r)) 0 1 0 "
        + "\(n(-2 * r)) 0Z"
    }
  }
}
