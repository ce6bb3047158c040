internal import Inputs
internal import Networks

/// The window of a transposed convolution.
///
/// Source of the sizes: the operator `ConvTranspose` of ONNX: `stride (in - 1) + output_padding +
/// dilation (kernel - 1) + 1 - pads`, or pads that follow from a wanted size.
struct TransposedWindow {
  private let kernel: [Int]
  private let strides: [Int]
  private let dilations: [Int]
  private let pads: [(before: Int, after: Int)]
  private let further: [Int]
  /// Extents of the result.
  let output: [Int]

  /// Reads the attributes of a node over `input`, its spatial extents.
  init(_ context: NodeContext, kernel: [Int], input: [Int]) throws(OperatorFault) {
    let rank = input.count
    self.kernel = kernel
    strides = try Window.list(context, "strides", rank, 1, least: 1)
    dilations = try Window.list(context, "dilations", rank, 1, least: 1)
    var further = try Window.list(context, "output_padding", rank, 0, least: 0)
    let listed = try context.integers("pads") ?? [Int](repeating: 0, count: 2 * rank)
    guard listed.count == 2 * rank, listed.allSatisfy({ $0 >= 0 }) else {
      throw .wrong("attribute `pads`: expected \(2 * rank) numbers from 0, found \(listed)")
    }
    let automatic = try context.text("auto_pad", default: "NOTSET")
    guard ["NOTSET", "", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(automatic) else {
      throw .wrong("attribute `auto_pad`: \(ONNXText.quoted(automatic)) is not known")
    }
    var wanted = try context.integers("output_shape")
    // Some writers list batch and channels as well.
    if let listed = wanted, listed.count == rank + 2 { wanted = Array(listed[2...]) }
    guard wanted?.count ?? rank == rank, wanted?.allSatisfy({ $0 >= 1 }) ?? true else {
      throw .wrong("attribute `output_shape`: expected \(rank) numbers from 1")
    }
    if wanted == nil, automatic.hasPrefix("SAME") {
      wanted = zip(input, strides).map { $0 * $1 }
    }
    var pads: [(before: Int, after: Int)] = []
    var output: [Int] = []
    for index in 0..<rank {
      let steps = try NodeContext.product([max(input[index] - 1, 0), strides[index]])
      let span = try Window.span(kernel[index], dilations[index])
      var pad = (before: listed[index], after: listed[index + rank])
      if let wanted {
        let total = steps + further[index] + span - wanted[index]
        if total < 0 { further[index] -= total }
        let (less, more) = (max(0, total) / 2, max(0, total) - max(0, total) / 2)
        pad = automatic == "SAME_UPPER" ? (less, more) : (more, less)
      } else if automatic == "VALID" {
        pad = (0, 0)
      }
      let size = steps + further[index] + span - pad.before - pad.after
      guard size >= 1 else { throw .wrong("pads \(pad.before) and \(pad.after) leave nothing") }
      pads.append(pad)
      output.append(size)
    }
    self.further = further
    self.pads = pads
    self.output = output
  }

  /// As a workload writes it; images of a batch are planes.
  func spec(batch: Int) -> (windows: WindowSpec, outputPadding: PerDirection) {
    let more = batch == 1 ? 0 : 1
    return (
      WindowSpec(
        kernel: Window.numbers(kernel, more, 1), stride: Window.numbers(strides, more, 1),
        dilation: Window.numbers(dilations, more, 1), padding: Window.padding(pads, more)),
      Window.numbers(further, more, 0)
    )
  }
}
