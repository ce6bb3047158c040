/// Appends layers while keeping track of the feature map between them.
struct LayerBuilder {
  /// Channels of the current map.
  var channels: Int
  /// Rows (and columns) of the current map.
  var rows: Int
  /// The layers so far.
  private(set) var layers: [Layer] = []

  init(channels: Int, rows: Int) {
    self.channels = channels
    self.rows = rows
  }

  /// A "same" convolution with batch normalisation (`normalised`) or a bias.
  mutating func convolution(
    _ name: String, _ kernels: Int, kernel: Int, stride: Int = 1, otherParameters: Int? = nil
  ) {
    layers.append(
      Layer(
        name: name, operation: .convolution, kernels: kernels, channels: channels,
        kernel: (kernel, kernel), input: (rows, rows), stride: stride, padding: kernel / 2,
        otherParameters: otherParameters ?? 2 * kernels))
    channels = kernels
    rows = SpaceRules.output(rows, stride: stride)
  }

  mutating func depthwise(_ name: String, kernel: Int, stride: Int) {
    layers.append(
      Layer(
        name: name, operation: .depthwiseConvolution, kernels: channels, channels: channels,
        kernel: (kernel, kernel), input: (rows, rows), stride: stride, padding: kernel / 2,
        otherParameters: 2 * channels))
    rows = SpaceRules.output(rows, stride: stride)
  }

  /// Two 1 x 1 layers on the pooled vector; both have a bias.
  mutating func squeezeExcite(_ name: String) {
    let squeezed = SpaceRules.divisible(Double(channels / 4))
    for (part, kernels, inputs) in [("reduce", squeezed, channels), ("expand", channels, squeezed)]
    {
      layers.append(
        Layer(
          name: "\(name).\(part)", operation: .convolution, kernels: kernels, channels: inputs,
          kernel: (1, 1), input: (1, 1), otherParameters: kernels))
    }
  }

  /// A normalised 1 x 1 convolution beside the main path, with as many kernels as the current map.
  mutating func branch(_ name: String, from inputChannels: Int, rows inputRows: Int) {
    layers.append(
      Layer(
        name: name, operation: .convolution, kernels: channels, channels: inputChannels,
        kernel: (1, 1), input: (inputRows, inputRows), otherParameters: 2 * channels))
  }

  /// A fully connected layer with a bias, after global pooling.
  mutating func classifier(_ name: String, _ classes: Int) {
    layers.append(
      Layer(
        name: name, operation: .fullyConnected, kernels: classes, channels: channels,
        kernel: (1, 1), input: (1, 1), otherParameters: classes))
  }
}
