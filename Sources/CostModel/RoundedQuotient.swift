/// `value / divisor`, rounded up; both are counts.
func quotient(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }

/// `value` times `factor` over `divisor`, none of them negative, the product formed in full width; the quotient
/// has to fit.
func scaled(_ value: Int, by factor: Int, over divisor: Int) -> (quotient: Int, remainder: Int) {
  divisor.dividingFullWidth(value.multipliedFullWidth(by: factor))
}
