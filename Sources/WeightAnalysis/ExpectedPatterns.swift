/// Patterns to expect of weights that are independently non-zero.
///
/// It is what a random layer repeats, a baseline for a trained one.
public enum ExpectedPatterns {
  /// Σ_j C(T, j) (1 - (1 - p^j (1-p)^(T-j))^K), the expected distinct patterns of a tile.
  ///
  /// The zero pattern counts when a filter has it. Each pattern with j columns is missing from all
  /// K filters with probability (1 - p^j (1-p)^(T-j))^K.
  public static func unique(tileWidth: Int, filters: Int, density: Double) -> Double {
    var binomial = 1.0
    var expected = 0.0
    for columns in 0...tileWidth {
      let chance = power(density, columns) * power(1 - density, tileWidth - columns)
      expected += binomial * (1 - power(1 - chance, filters))
      binomial *= Double(tileWidth - columns) / Double(columns + 1)
    }
    return expected
  }

  /// T / (1 - (1-p)^T), the limit of D/ops for many filters and a density above 0.
  ///
  /// With enough filters only merges of non-zero tiles remain.
  public static func limitingReduction(tileWidth: Int, density: Double) -> Double {
    Double(tileWidth) / (1 - power(1 - density, tileWidth))
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
