import Synchronization

/// Reads a file through a process of its own, which is started with the first question.
final class HDF5RemoteSource: HDF5Source {
  private struct State: Sendable {
    var process: HelperProcess?
    /// How many tensors were opened so far.
    var tensors = 0
  }

  private let path: String
  private let words: [String]
  private let state = Mutex(State())

  init(path: String, words: [String]) {
    self.path = path
    self.words = words
  }

  func contents() throws(InputError) -> WeightContents {
    try ask(.contents) { reply, _ in reply.contents }
  }

  func names() throws(InputError) -> [String] { try ask(.names) { reply, _ in reply.names } }

  func attribute(_ name: String) throws(InputError) -> String? {
    try ask(.attribute(name)) { reply, _ in .some(reply.text) }
  }

  func array(_ name: String) throws(InputError) -> StoredArray {
    try ask(.array(name)) { reply, channel throws(HDF5Channel.Closed) in
      guard let array = reply.array else { return nil }
      let count = array.dimensions.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      guard count >= 0, count <= ArrayFile.valueLimit else { return nil }
      let values: StoredArray.Values
      switch array.kind {
      case .text:
        guard let texts = array.texts, texts.count == count else { return nil }
        values = .text(texts)
      case .float64:
        guard reply.payload == count * 8 else { return nil }
        values = .float64(try channel.numbers(count, 0.0))
      case .int64:
        guard reply.payload == count * 8 else { return nil }
        values = .int64(try channel.numbers(count, 0))
      }
      return StoredArray(
        name, dimensions: array.dimensions, axes: array.axes, units: array.units, values: values)
    }
  }

  func open(_ tensor: TensorDescription) throws(InputError) -> any TensorBlocks {
    let number = state.withLock { state in
      state.tensors += 1
      return state.tensors
    }
    let _: Bool = try ask(.open(number, tensor)) { _, _ in true }
    return RemoteTensor(source: self, number: number)
  }

  fileprivate func block(
    _ number: Int, start: [Int], extents: [Int]
  ) throws(InputError) -> [Float] {
    let count = extents.reduce(1, *)
    return try ask(.block(number, start: start, extents: extents)) {
      reply, channel throws(HDF5Channel.Closed) in
      guard reply.payload == count * MemoryLayout<Float>.size else { return nil }
      return try channel.numbers(count, Float(0))
    }
  }

  fileprivate func close(_ number: Int) {
    state.withLock { state in
      // A process that has ended holds nothing open, and none is started to say so.
      guard let process = state.process else { return }
      let result = Self.exchange(.close(number), process.channel, path) { _, _ in true }
      if result == nil { state.process = nil }
    }
  }

  /// Asks and takes the answer, starting the process where there is none.
  private func ask<Answer: Sendable>(
    _ request: HDF5Request,
    _ take: (HDF5Reply, HDF5Channel) throws(HDF5Channel.Closed) -> Answer?
  ) throws(InputError) -> Answer {
    try state.withLock { state throws(InputError) -> Answer in
      let process: HelperProcess
      if let running = state.process {
        process = running
      } else {
        process = try HelperProcess(words + ["--", path], file: path)
        state.process = process
      }
      guard let result = Self.exchange(request, process.channel, path, take) else {
        state.process = nil
        throw InputError(process.postMortem(), file: path)
      }
      return try result.get()
    }
  }

  /// The answer, or the error that the process found; nil where the process is of no use any more:
  /// it is gone, or says what makes no sense, so that `take` gives nil.
  private static func exchange<Answer>(
    _ request: HDF5Request, _ channel: HDF5Channel, _ path: String,
    _ take: (HDF5Reply, HDF5Channel) throws(HDF5Channel.Closed) -> Answer?
  ) -> Result<Answer, InputError>? {
    do throws(HDF5Channel.Closed) {
      try channel.send(request, UnsafeRawBufferPointer(start: nil, count: 0))
      let reply = try channel.receive(HDF5Reply.self)
      if let failure = reply.failure {
        return .failure(
          InputError(
            failure.message, file: path, path: failure.path,
            kind: failure.isUnreadable ? .unreadable : .malformed))
      }
      guard let answer = try take(reply, channel) else { return nil }
      return .success(answer)
    } catch {
      return nil
    }
  }
}

/// A tensor that another process holds open.
private struct RemoteTensor: TensorBlocks {
  let source: HDF5RemoteSource
  let number: Int

  func block(start: [Int], extents: [Int]) throws(InputError) -> [Float] {
    try source.block(number, start: start, extents: extents)
  }

  func close() { source.close(number) }
}
