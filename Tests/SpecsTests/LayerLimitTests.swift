import Components
import Inputs
import Networks
import Testing

// Where exactly does a layer become too large, and where is that said?
@Suite struct LayerLimitTests {
  private func layers(_ lines: [String]) throws -> Workload {
    let text = """
      name: w
      summary: s
      source: test
      layers:
      \(lines.map { "  - {name: \($0)}" }.joined(separator: "\n"))

      """
    return try Workload(SpecFile(path: "w.yaml", node: try YAMLParser.parse(text, file: "w.yaml")))
  }

  private func message(_ lines: String...) -> String? {
    do {
      _ = try layers(lines)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(
    arguments: [
      "a, operator: fully-connected, input: [4096, 1, 1], output_channels: 128256",
      "a, operator: convolution, input: [1, 1, 160000], output_channels: 512, kernel: [1, 10], stride: 5",
      "a, operator: convolution, input: [9, 4186116, 1], output_channels: 64",
      "a, operator: convolution, input: [4096, 512, 512], output_channels: 16384",
      "a, operator: convolution, input: [1, 1073741824, 1], output_channels: 1",
      "a, operator: fully-connected, input: [1073741824, 1, 1], output_channels: 1024",
      "a, operator: convolution, input: [1, 1048576, 1048576], output_channels: 8192",
    ])
  func upToTheLimits(_ line: String) throws {
    #expect(message(line) == nil)
  }

  @Test func extents() {
    let line = "a, operator: convolution, input: [1, 1073741825, 1], output_channels: 1"
    #expect(
      message(line)
        == "w.yaml:5:49: layers[0].input[1]: expected 1 to 1073741824, found 1073741825")
    let padded =
      "a, operator: convolution, input: [1, 1, 1], output_channels: 1, padding: 1073741825"
    #expect(
      message(padded)
        == "w.yaml:5:85: layers[0].padding: expected 0 to 1073741824, found 1073741825")
    let huge = "a, operator: convolution, input: [1, 1, 9223372036854775807], output_channels: 1"
    #expect(
      message(huge)
        == "w.yaml:5:52: layers[0].input[2]: expected 1 to 1073741824, found 9223372036854775807")
    #expect(
      message(
        "a, operator: convolution, input: [1, 1, 1], output_channels: 1, padding: 9223372036854775807"
      ) == "w.yaml:5:85: layers[0].padding: expected 0 to 1073741824, found 9223372036854775807")
  }

  @Test func products() {
    #expect(
      message("a, operator: fully-connected, input: [1073741824, 1, 1], output_channels: 1025")
        == "w.yaml:5:5: layers[0]: expected at most 2^40 weights, found 1.1e12")
    #expect(
      message("a, operator: convolution, input: [2, 1048576, 1048576], output_channels: 1")
        == "w.yaml:5:5: layers[0]: expected at most 2^40 elements of padded input, found 2.2e12")
    #expect(
      message("a, operator: convolution, input: [1, 1048576, 1048576], output_channels: 8193")
        == "w.yaml:5:5: layers[0]: expected at most 2^53 weights times padded input pixels, "
        + "found 9.01e15")
    #expect(
      message("a, operator: fully-connected, input: [1073741824, 2, 1], output_channels: 1")
        == "w.yaml:5:49: layers[0].input: more than 1073741824 input features")
  }

  /// Layers that fit on their own are too many.
  @Test func networks() {
    let half = "operator: convolution, input: [1, 1048576, 1048576], output_channels: 4096"
    #expect(message("a, \(half)", "b, \(half)") == nil)
    #expect(
      message(
        "a, \(half)", "b, \(half)",
        "c, operator: fully-connected, input: [1, 1, 1], output_channels: 2")
        == "w.yaml:7:5: layers[2]: up to here the network has more than 2^53 multiply-accumulates")
    // Long strides leave few products of large maps.
    let sparse =
      "operator: convolution, input: [1, 1048576, 1048576], output_channels: 1, stride: 1048576"
    let error = #expect(throws: InputError.self) {
      try layers((0...8192).map { "l\($0), \(sparse)" })
    }
    #expect(
      error?.description
        == "w.yaml:8197:5: layers[8192]: up to here the network has more than 2^53 "
        + "elements of padded input")
    // Windows as wide as their map have few products for their weights and pixels.
    let wide =
      "operator: convolution, input: [1, 4096, 8192], kernel: [1, 8192], output_channels: 32768"
    #expect(message("a, \(wide)", "b, \(wide)", "c, \(wide)") == nil)
  }
}
