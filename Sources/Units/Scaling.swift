extension Int {
  /// This times `factor` over `divisor`, whatever the product is; the quotient has to fit.
  package func scaled(by factor: Int, over divisor: Int) -> (quotient: Int, remainder: Int) {
    let (product, overflows) = multipliedReportingOverflow(by: factor)
    guard overflows else { return product.quotientAndRemainder(dividingBy: divisor) }
    return divisor.dividingFullWidth(multipliedFullWidth(by: factor))
  }
}
