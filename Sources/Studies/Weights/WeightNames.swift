/// What the names of datasets in weight files say, whoever wrote the file.
enum WeightNames {
  /// What a layer's kernel is called: by PyTorch, by Keras, and by Keras for depthwise convolutions.
  private static let kinds = [
    "weight", "kernel:0", "kernel", "depthwise_kernel:0", "depthwise_kernel", "vars/0",
  ]
  /// Groups around the weights: Keras's `model.save`, dumped checkpoints, Flax.
  private static let containers: Set<String> = [
    "model_weights", "state_dict", "model_state_dict", "model", "params",
  ]
  /// Groups around the layers in Keras 3's own files, where a kernel is `layers/NAME/vars/0`.
  private static let layerGroups: Set<String> = ["layers", "_layer_checkpoint_dependencies"]
  /// What wrappers put before a name: PyTorch's DataParallel and its compiler, modules around a model.
  private static let wrappers = ["module.", "_orig_mod.", "model.", "state_dict."]
  /// Groups of an optimizer.
  private static let optimizers: Set<String> = [
    "optimizer", "optimizers", "optimizer_weights", "optimizer_state", "optimizer_states",
    "optimizer_state_dict", "optimizer_vars", "optim",
  ]
  /// What optimizers keep for every weight: Adam, its variants, SGD, RMSprop, Adadelta.
  private static let moments: Set<String> = [
    "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "exp_inf", "momentum_buffer", "momentum",
    "square_avg", "grad_avg", "acc_delta",
  ]

  /// The names that a layer's kernel may have.
  static func names(of layer: String) -> [String] {
    let last = layer.split(separator: "/").last.map(String.init) ?? layer
    return [layer, "\(layer).weight"] + kinds.map { "\(layer)/\($0)" }
      + kinds.map { "\(layer)/\(last)/\($0)" }
  }

  /// The name without the groups and wrappers around it.
  static func stem(_ dataset: String) -> String {
    var parts = dataset.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    while parts.count > 1, containers.contains(parts[0]) { parts.removeFirst() }
    if parts.count >= 4, parts[parts.count - 2] == "vars",
      let group = parts.lastIndex(where: layerGroups.contains)
    {
      parts.removeFirst(group + 1)
    }
    var stem = parts.joined(separator: "/")
    while let wrapper = wrappers.first(where: { stem.hasPrefix($0) }) {
      stem.removeFirst(wrapper.count)
    }
    return stem
  }

  /// The layer that a dataset would belong to, as well as its name tells.
  static func layer(of dataset: String) -> String {
    var stem = stem(dataset)
    for kind in kinds {
      for ending in ["/\(kind)", ".\(kind)"] where stem.hasSuffix(ending) {
        stem.removeLast(ending.count)
        let parts = stem.split(separator: "/")
        if parts.count >= 2, parts[parts.count - 1] == parts[parts.count - 2] {
          stem = parts.dropLast().joined(separator: "/")
        }
        return stem
      }
    }
    return stem
  }

  /// Whether the dataset is what an optimizer keeps, which is no weight of the model.
  static func isOptimizerState(_ dataset: String) -> Bool {
    let parts = dataset.lowercased().split { $0 == "/" || $0 == "." }.map(String.init)
    if let last = parts.last, moments.contains(last) { return true }
    return parts.dropLast().contains(where: optimizers.contains)
  }

  /// Whether Keras's name says that the kernel is of a depthwise convolution, stored as rows,
  /// columns, channels and outputs per channel.
  static func isDepthwise(_ dataset: String) -> Bool {
    let last = dataset.split(separator: "/").last ?? ""
    return last == "depthwise_kernel" || last == "depthwise_kernel:0"
  }
}
