internal import Inputs
internal import Networks

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
      // A window that begins beyond the input and its leading pad is left out; one that ends beyond
      // the trailing pad sees more of it.
      if roundsUp, (size - 1) * strides[index] >= input[index] + pad.before { size -= 1 }
      if roundsUp { pad.after += max(0, (size - 1) * strides[index] - room) }
      pads.append(pad)
      output.append(size)
    }
    self.pads = pads
    self.output = output
  }

  /// As a workload writes it; images of a batch are planes, or rows of a map of one direction.
  func spec(batch: Int) -> WindowSpec {
    let more = batch == 1 ? 0 : 1
    return WindowSpec(
      kernel: Self.numbers(kernel, more, 1), stride: Self.numbers(strides, more, 1),
      dilation: Self.numbers(dilations, more, 1), padding: Self.padding(pads, more))
  }

  /// The windows on rows and columns, those of each plane on its own.
  var planar: WindowSpec {
    WindowSpec(
      kernel: Self.numbers(Array(kernel.dropFirst()), 1, 1),
      stride: Self.numbers(Array(strides.dropFirst()), 1, 1),
      dilation: Self.numbers(Array(dilations.dropFirst()), 1, 1),
      padding: Self.padding(Array(pads.dropFirst()), 1))
  }

  /// One number for all directions where they are equal, `more` of them with `fill` before.
  static func numbers(_ values: [Int], _ more: Int, _ fill: Int) -> PerDirection {
    let all = Array(repeating: fill, count: more) + values
    return Set(all).count == 1 ? PerDirection(all[0]) : PerDirection(all)
  }

  /// One number for all sides where they are equal, directions without zeros before.
  static func padding(_ pads: [(before: Int, after: Int)], _ more: Int) -> Padding {
    let all = Array(repeating: (before: 0, after: 0), count: more) + pads
    let ends = all.map { Padding.Ends(before: $0.before, after: $0.after) }
    let first = ends[0].before
    return ends.allSatisfy { $0.before == first && $0.after == first }
      ? Padding(first) : Padding(ends)
  }

  /// Extents of a dilated kernel.
  static func span(_ kernel: Int, _ dilation: Int) throws(OperatorFault) -> Int {
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
