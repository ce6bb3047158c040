/// `value / divisor`, rounded up; both are counts.
func quotient(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }
