// A block of each kind, with the freedoms that files take.
Constant Len 16;
Accelerator { PE { NumPEs: 4 } }
Network Mixed-1.0 {
  FPS: 30

  Layer Conv2d-1 {
    Type: CONV
    Stride { X: 2, Y: 2 }  // strides of both directions
    Dimensions: { N: 1, K: 32, C: 3, R: 3, S: 3, Y: 33, X: 17 }
    Dataflow {
      SpatialMap(1,1) K;
      Cluster(Sz(R), P);
    }
  }
  Layer depth { Type: DSCONV Dimensions { K: 1, C: 32, R: 3, S: 3, Y': 14, X': 6 } }
  /* a block
     of comment */
  Layer groups { Type: NGCONV Stride { X: 1, Y: 1 } Dimensions { G: 4, K: 8, C: 32, R: 1, S: 1, Y: 8, X: 8 } }
  Layer up { Type: TRCONV Dimensions { K: 8, C: 16, R: 2, S: 2, Y: 5, X: 5 } }
  Layer tokens { Type: CONV Dimensions { N: Len, K: 24, C: 1, R: 1, S: 12, Y: 1, X: 12 } }
  Layer gemm { Type: GEMM Dimensions { M: 10, N: 20, K: 30 } }
  Layer heads { Type: BMM Dimensions { B: 4, M: 10, N: 20, K: 30 } }
}
