Network n {
  Layer a { Type: LSTM Dimensions { K: 4 } }
}
