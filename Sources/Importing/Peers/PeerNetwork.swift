internal import Components
internal import Inputs
internal import Networks
internal import Reports

/// What was found in another simulator's workload.
struct PeerNetwork {
  /// Something that no layer can express.
  struct Refusal {
    /// The operator.
    let operation: String
    /// Why it cannot be expressed.
    let reason: String
    /// Where it stands, as a message names it.
    let place: String
    /// Its multiply-accumulates; nil where they are not known.
    let macs: Int?

    /// One line.
    var text: String {
      let work = macs.map { NumberText.quantity(Double($0), unit: "MAC") } ?? "MACs unknown"
      return "\(operation): \(reason); \(place); \(work)"
    }
  }

  /// The layers in the order of the file.
  private(set) var layers: [PeerLayer] = []
  /// What no layer can express.
  private(set) var refusals: [Refusal] = []
  /// Operators that the model assumes fused, in the order in which they were met.
  private(set) var notModelled: [(operation: String, count: Int)] = []
  /// What a reader should know.
  var notes: [String] = []
  /// Which format was read, such as `a SCALE-Sim topology`.
  let format: String

  private var noted = Set<String>()
  private var leftOutIndices: [String: Int] = [:]
  private var names = Set<String>()
  private var numbers: [String: Int] = [:]

  init(format: String) { self.format = format }

  /// Adds a layer under a name that no other has.
  ///
  /// - Throws: `InputError` at its place where a number is out of its range or nothing fits.
  mutating func add(_ layer: PeerLayer) throws(InputError) {
    var layer = layer
    layer.name = freeName(layer.name)
    do {
      _ = try layer.checked()
    } catch {
      throw InputError(
        (error.path.isEmpty ? "" : "\(error.path): ") + error.message, at: layer.place)
    }
    layers.append(layer)
  }

  /// Adds a note unless it was made before.
  mutating func note(_ text: String) {
    if noted.insert(text).inserted { notes.append(text) }
  }

  /// Adds an operator that is assumed fused.
  mutating func leaveOut(_ operation: String) {
    if let index = leftOutIndices[operation] {
      notModelled[index].count += 1
    } else {
      leftOutIndices[operation] = notModelled.count
      notModelled.append((operation, 1))
    }
  }

  /// Adds something that no layer can express.
  mutating func refuse(_ operation: String, _ reason: String, at place: String, macs: Int?) {
    refusals.append(Refusal(operation: operation, reason: reason, place: place, macs: macs))
  }

  /// What no layer can express, nil where nothing is left out.
  var leftOut: LeftOutSpec? {
    guard !refusals.isEmpty else { return nil }
    var (macs, unknown) = (0, 0)
    for refusal in refusals {
      let sum = refusal.macs.map { macs.addingReportingOverflow($0) }
      if let sum, !sum.overflow, sum.partialValue <= 1 << 52 {
        macs = sum.partialValue
      } else {
        unknown += 1
      }
    }
    return LeftOutSpec(operators: refusals.count, macs: macs, unknownOperators: unknown)
  }

  /// `1 layer`, `54 layers`.
  var countText: String { layers.count == 1 ? "1 layer" : "\(layers.count) layers" }

  /// `Pooling 2, Add 8`; nil where nothing was left out.
  var notModelledText: String? {
    notModelled.isEmpty
      ? nil : notModelled.map { "\($0.operation) \($0.count)" }.joined(separator: ", ")
  }

  /// Makes one image of every layer: a batch of the whole network is what a command is asked for, and
  /// batches that differ are pixels that share the weights.
  mutating func settleBatches() {
    let batches = Set(layers.map(\.batch))
    if batches.count == 1, let batch = batches.first {
      guard batch > 1 else { return }
      note("a batch of \(batch): the workload is one image of it, run it with --batch \(batch)")
      for index in layers.indices { layers[index].batch = 1 }
      return
    }
    var kept: [PeerLayer] = []
    var folded: [String] = []
    for layer in layers {
      if let single = layer.withBatchInRows(), (try? single.checked()) != nil {
        if layer.batch > 1 { folded.append(layer.name) }
        kept.append(single)
      } else {
        let macs = (try? layer.checked())?.macs.multipliedReportingOverflow(by: layer.batch)
        refuse(
          "batched layer",
          "a batch of \(layer.batch) where other layers have another one, and windows that overlap",
          at: "\(layer.place) (\(ONNXText.quoted(layer.name)))",
          macs: macs.flatMap { $0.overflow ? nil : $0.partialValue })
      }
    }
    layers = kept
    guard !folded.isEmpty else { return }
    let shown = folded.prefix(3).map(ONNXText.quoted).joined(separator: ", ")
    note(
      "batches differ from layer to layer: the images of \(folded.count) of them are rows of one "
        + "product, \(shown)\(folded.count > 3 ? ", ..." : "")")
  }

  private mutating func freeName(_ name: String) -> String {
    var free = name
    while !names.insert(free).inserted {
      numbers[name, default: 1] += 1
      free = "\(name)_\(numbers[name, default: 1])"
    }
    return free
  }
}
