/// The operators a workload file can name.
public enum OperationKinds {
  /// The list; a new operator is one line here.
  public static let registry = OperationRegistry([
    .init(Convolution.self),
    .init(DepthwiseConvolution.self),
    .init(TransposedConvolution.self),
    .init(FullyConnected.self),
    .init(Linear.self),
    .init(MatrixProduct.self),
    .init(MaxPool.self),
    .init(AveragePool.self),
    .init(GlobalAveragePool.self),
    .init(Add.self),
    .init(Multiply.self),
    .init(ReLU.self),
    .init(ReLU6.self),
    .init(Sigmoid.self),
    .init(HardSigmoid.self),
    .init(HardSwish.self),
    .init(SiLU.self),
    .init(GELU.self),
    .init(BatchNormalization.self),
    .init(LayerNormalization.self),
    .init(RMSNormalization.self),
    .init(Softmax.self),
    .init(Rotary.self),
    .init(Concat.self),
    .init(PadChannels.self),
    .init(Flatten.self),
    .init(Reshape.self),
  ])
}
