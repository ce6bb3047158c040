internal import Inputs

/// The window of a convolution or a pooling: kernel, strides, pads and dilations per direction.
struct Window {
  let kernel: [Int]
  let strides: [Int]
  let dilations: [Int]
  /// Pads before and after each direction.
  let pads: [(before: Int, after: Int)]
  /// Extents of the result.
  let output: [Int]

  /// Reads the attributes of a node that slides a window over `input`, its spatial extents.
  init(
    _ context: NodeContext, kernel: [Int], input: [Int], roundsUp: Bool = false
  ) throws(OperatorFault) {
    let rank = input.count
    self.kernel = kernel
    strides = try Self.list(context, "strides", rank, 1, least: 1)
    dilations = try Self.list(context, "dilations", rank, 1, least: 1)
    let listed = try context.integers("pads") ?? [Int](repeating: 0, count: 2 * rank)
    guard listed.count == 2 * rank, listed.allSatisfy({ $0 >= 0 }) else {
      throw .wrong("attribute `pads`: expected \(2 * rank) numbers from 0, found \(listed)")
    }
    let automatic = try context.text("auto_pad", default: "NOTSET")
    var pads: [(before: Int, after: Int)] = []
    var output: [Int] = []
    for index in 0..<rank {
      let span = try Self.span(kernel[index], dilations[index])
      var pad = (before: listed[index], after: listed[index + rank])
      switch automatic {
      case "NOTSET", "": break
      case "VALID": pad = (0, 0)
      case "SAME_UPPER", "SAME_LOWER":
        let size = (input[index] + strides[index] - 1) / strides[index]
        let total = max(0, (size - 1) * strides[index] + span - input[index])
        let less = total / 2
        pad = automatic == "SAME_UPPER" ? (less, total - less) : (total - less, less)
      default: throw .wrong("attribute `auto_pad`: \(ONNXText.quoted(automatic)) is not known")
      }
      let room = input[index] + pad.before + pad.after - span
      guard room >= 0 else {
        throw .wrong(
          "a window of \(span) does not fit an input of \(input[index]) with pads "
            + "\(pad.before) and \(pad.after)")
      }
      var size = (roundsUp ? room + strides[index] - 1 : room) / strides[index] + 1
      // A window that begins beyond the input and its leading pad is left out.
      if roundsUp, (size - 1) * strides[index] >= input[index] + pad.before { size -= 1 }
      pads.append(pad)
      output.append(size)
    }
    self.pads = pads
    self.output = output
  }

  /// Extents of a dilated kernel.
  private static func span(_ kernel: Int, _ dilation: Int) throws(OperatorFault) -> Int {
    let gaps = (kernel - 1).multipliedReportingOverflow(by: dilation)
    guard !gaps.overflow, gaps.partialValue <= NodeContext.largest else {
      throw .wrong("a kernel of \(kernel) with dilation \(dilation) is too large")
    }
    return gaps.partialValue + 1
  }

  static func list(
    _ context: NodeContext, _ name: String, _ rank: Int, _ fallback: Int, least: Int
  ) throws(OperatorFault) -> [Int] {
    let values = try context.integers(name) ?? [Int](repeating: fallback, count: rank)
    guard values.count == rank, values.allSatisfy({ $0 >= least }) else {
      throw .wrong(
        "attribute `\(name)`: expected \(rank) numbers from \(least), found \(values)")
    }
    return values
  }
}
