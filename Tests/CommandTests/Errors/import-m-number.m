Network n {
  Layer a { Type: CONV Stride { X: 1, Y: 1 } Dimensions { K: 4, C: Depth, R: 3, S: 3, Y: 8, X: 8 } }
}
