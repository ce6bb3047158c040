public import Components

extension WorkloadSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the workload, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote("source", "Where the shapes come from"),
    KeyNote(
      "input",
      "Extents of what the first layer reads, of one image: `[channels, rows, columns]`, `[channels, columns]`, "
        + "`[channels, planes, rows, columns]`, `[features, tokens]` or `[features]`",
      default: "none, every layer states its own and nothing is known of what lies between"),
    KeyNote(
      "inputs",
      "Further maps that are there from the beginning, such as masks or caches: extents by the names that layers "
        + "read them by", default: "none"),
    KeyNote(
      "outputs", "Names of layers whose results are wanted", default: "what the last layer writes"),
    KeyNote("blocks", "Lists of layers by the names that `block` calls them by", default: "none"),
    KeyNote(
      "layers", "The layers of a network; or `supernet`, `transformer` or `graph_network`",
      default: "none"),
    KeyNote(
      "connected",
      "Whether layers that each state what they read make up a network, so that each can only read what comes of "
        + "those before", default: "true"),
    KeyNote(
      "supernet", "The space of a supernet: its `kind` and the keys of that", default: "none"),
    KeyNote("subnets", "Named sub-networks of the supernet", default: "none"),
    KeyNote("transformer", "A transformer", default: "none"),
    KeyNote("graph_network", "A network on the nodes of a graph", default: "none"),
    KeyNote(
      "iteration", "What the transformer is asked to do unless a command says otherwise",
      default: "a prompt, as `iteration` takes it"),
    KeyNote(
      "full_precision", "Names of layers that stay at full precision when the network is quantized",
      default: "the first convolution, 1 x 1 shortcuts and fully connected layers",
      source: "released training code of PLUM"),
    KeyNote(
      "left_out",
      "What an import could not express; reports then say that this is a part of a network",
      default: "nothing, the network is whole"),
  ]
}

extension SubnetSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Its name", default: "none, of a configuration on the command line"),
    KeyNote("resolution", "Rows and columns of the input image, 32 to 1024"),
    KeyNote("depths", "Depth of each stage, as the space counts it"),
    KeyNote(
      "kernels", "Rows and columns of the kernel, per stage and active block",
      default: "none; a space with a choice of kernels needs it"),
    KeyNote(
      "expands", "Expand ratio, per stage and active block",
      default: "none; a space with a choice of ratios needs it"),
    KeyNote(
      "widths", "Width multipliers", default: "none; a space with a choice of widths needs it"),
    KeyNote("top1", "Published top-1 accuracy", default: "not known"),
    KeyNote("top5", "Published top-5 accuracy", default: "not known"),
  ]
}

extension LeftOutSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("operators", "Operators that are left out, 1 or more"),
    KeyNote("macs", "Multiply-accumulates of those whose shapes are known"),
    KeyNote("unknown_operators", "Operators among them whose shapes are not known", default: "0"),
  ]
}

extension LayerKeys: DescribedKeys {
  /// What the keys of every operator do; `operator` is each one's own.
  static var common: [KeyNote] {
    [
      KeyNote(
        "name", "Name, unique in its list, by which others read it and its weights are found",
        default: "made of the name before and the operator; layers with weights need one"),
      KeyNote(
        "from", "Names of what it reads, or `input`; one name or a list",
        default: "what was written before it"),
      KeyNote(
        "input", "Extents of what it reads",
        default: "inferred where the file has `input` at the top, else it must be given"),
      KeyNote(
        "zeros", "Shares of zeros in its maps and weights, without padding",
        default: "nobody said"),
    ]
  }

  /// What every key does, those of the operator behind the common ones.
  static var notes: [KeyNote] {
    common + ((Spec.self as? any DescribedKeys.Type)?.notes ?? [])
  }
}

extension ZerosSpec: DescribedKeys {
  /// What each key does.
  static let notes: [KeyNote] = [
    KeyNote(
      "input", "Share of zeros of what it reads, 0 to 1; a list where it reads several maps",
      default: "nobody said"),
    KeyNote(
      "output",
      "Share of zeros of what it hands on, with functions of single elements behind it applied, such as `relu`",
      default: "nobody said"),
    KeyNote(
      "weight", "Share of zeros of its weights, where synthetic ones are made",
      default: "nobody said"),
  ]
}

extension BlockUse: DescribedKeys {
  /// What each key does.
  static let notes: [KeyNote] = [
    KeyNote(
      "name", "What the names of the block's layers begin with; a `#` says where the number stands"),
    KeyNote("block", "The block that is written out here, a name of `blocks`"),
    KeyNote(
      "repeat", "How often it is written out, one behind the other, numbered",
      default: "once, without a number"),
    KeyNote("first", "The first number", default: "0"),
    KeyNote(
      "with", "Values of the block's parameters by their names", default: "none, it has none"),
    KeyNote("from", "What its first layer reads", default: "what was written before it"),
  ]
}
