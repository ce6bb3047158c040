Network n {
  Layer a { Dimensions { K: 1, C: 1, Y: 2, X: 2 } }
}
