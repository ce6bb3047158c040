Network n {
  Layer a { Type: CONV Stride { X: 1, Y: 1 } Dimensions { K: 1000000000, C: 1000000000, R: 1, S: 1, Y: 8, X: 8 } }
}
