Network n {
  Layer a { Type: CONV Dataflow { SpatialMap(1,1) K;
