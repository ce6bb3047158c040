internal import Networks

/// Writes layers as lines of a topology that SCALE-Sim 3 reads.
///
/// A map goes out with the padding that its windows reach, which is what SCALE-Sim wants; a layer per
/// channel has `DP` in its name there; other groups go out one by one. A product of activations is a
/// layer like another, its second operand in the place of the filters.
struct TopologyWriter {
  /// Most lines that the groups of one layer may become.
  private static let mostGroups = 4096

  private struct Row {
    let name: String
    let numbers: [Int]
    let strides: (Int, Int)
    let sparsity: String?
  }

  private var rows: [Row] = []
  private var renamed: [String] = []
  private var divided: [String] = []

  /// Adds a layer, or says why it cannot be expressed.
  mutating func add(_ layer: Layer, _ part: inout WorkloadExport.Part) {
    guard layer.maps == 1 else {
      part.leave(layer, "windows over \(layer.maps) planes, a topology has rows and columns")
      return
    }
    guard layer.rows.isPlain, layer.columns.isPlain else {
      let isDilated = layer.rows.dilation > 1 || layer.columns.dilation > 1
      part.leave(
        layer, isDilated ? "a dilated kernel" : "a transposed convolution")
      return
    }
    let perGroup = layer.kernels / layer.groups
    let isPerChannel = layer.groups > 1 && layer.channelsPerGroup == 1
    guard isPerChannel || layer.groups <= Self.mostGroups else {
      part.leave(layer, "\(layer.groups) groups, at most \(Self.mostGroups) lines are made of one")
      return
    }
    func reach(_ axis: WindowAxis) -> Int { (axis.outputs - 1) * axis.stride + axis.kernel }
    func row(_ name: String, channels: Int, filters: Int) -> Row {
      Row(
        name: name,
        numbers: [
          reach(layer.rows), reach(layer.columns), layer.kernelRows, layer.kernelColumns, channels,
          filters,
        ], strides: (layer.rows.stride, layer.columns.stride),
        sparsity: Self.sparsity(layer.zeros?.weight))
    }
    let plain = Self.plainName(layer.name, isPerChannel: isPerChannel)
    if plain != layer.name { renamed.append(layer.name) }
    if isPerChannel {
      rows.append(row(plain, channels: layer.channels, filters: perGroup))
    } else if layer.groups > 1 {
      divided.append(layer.name)
      for group in 0..<layer.groups {
        rows.append(
          row("\(plain)_g\(group)", channels: layer.channelsPerGroup, filters: perGroup))
      }
    } else {
      rows.append(row(plain, channels: layer.channels, filters: layer.kernels))
    }
    if let zeros = layer.zeros?.weight, zeros > 0, Self.sparsity(zeros) == nil {
      part.notes.append(
        "\(ONNXText.quoted(layer.name)): zero weights of a share of \(zeros) are no N of up to 16")
    }
    part.count(layer)
  }

  /// What a reader should know about names and groups.
  var notes: [String] {
    var notes: [String] = []
    func some(_ names: [String]) -> String {
      names.prefix(3).map(ONNXText.quoted).joined(separator: ", ")
        + (names.count > 3 ? ", ..." : "")
    }
    if !renamed.isEmpty {
      notes.append(
        "\(renamed.count) renamed, SCALE-Sim gives commas and `DP` in a name a meaning: "
          + some(renamed))
    }
    if !divided.isEmpty {
      notes.append("one line per group of \(divided.count): \(some(divided))")
    }
    return notes
  }

  /// The file's text.
  var text: String {
    let differ = rows.contains { $0.strides.0 != $0.strides.1 }
    let isSparse = rows.contains { $0.sparsity != nil }
    var text =
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    text += differ || isSparse ? "Stride Height, Stride Width," : "Strides,"
    text += isSparse ? " Sparsity,\n" : "\n"
    for row in rows {
      var fields = [row.name] + row.numbers.map(String.init) + ["\(row.strides.0)"]
      if differ || isSparse { fields.append("\(row.strides.1)") }
      if isSparse { fields.append(row.sparsity ?? "4:4") }
      text += fields.joined(separator: ", ") + ",\n"
    }
    return text
  }

  /// A name without what the format or SCALE-Sim gives a meaning.
  private static func plainName(_ name: String, isPerChannel: Bool) -> String {
    var plain = String(
      name.map {
        $0 == "," || $0 == "\"" || $0 == "#" || $0 == ";" || $0.isNewline || $0 == "\t" ? "_" : $0
      })
    if !isPerChannel { plain = plain.replacing("DP", with: "D_P") }
    if isPerChannel, !plain.contains("DP") { plain += "_DP" }
    plain = plain.trimmingBlanks
    return plain.isEmpty ? "layer" : plain
  }

  /// `N:M` with the kept share of weights, M a power of two up to 16 where that is exact.
  private static func sparsity(_ zeros: Double?) -> String? {
    guard let zeros, zeros > 0, zeros < 1 else { return nil }
    for of in [4, 8, 16, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15] {
      let kept = (1 - zeros) * Double(of)
      if abs(kept - kept.rounded()) < 1e-12, kept.rounded() >= 1 {
        return "\(Int(kept.rounded())):\(of)"
      }
    }
    return nil
  }
}

extension String {
  /// The text without blanks at its ends.
  fileprivate var trimmingBlanks: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
