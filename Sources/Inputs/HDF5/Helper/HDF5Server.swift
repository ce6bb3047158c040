internal import CHDF5

/// Answers what another process asks about one file.
struct HDF5Server {
  let channel: HDF5Channel
  let source: HDF5DirectSource
  /// Seconds of computing that an answer may take.
  let seconds: Int
  private var tensors: [Int: any TensorBlocks] = [:]

  init(channel: HDF5Channel, source: HDF5DirectSource, seconds: Int) {
    self.channel = channel
    self.source = source
    self.seconds = seconds
  }

  /// Answers until the other end is closed.
  mutating func run() {
    while let request = try? channel.receive(HDF5Request.self) {
      guard (try? reply(to: request)) != nil else { return }
    }
  }

  private mutating func reply(to request: HDF5Request) throws(HDF5Channel.Closed) {
    shim_limit_computing(seconds)
    var reply = HDF5Reply()
    var numbers = Numbers.none
    do throws(InputError) {
      numbers = try answer(request, &reply)
    } catch {
      reply.failure = HDF5Reply.Failure(
        isUnreadable: error.kind == .unreadable, path: error.path, message: error.message)
    }
    shim_limit_computing(0)
    try numbers.withBytes { bytes throws(HDF5Channel.Closed) in
      reply.payload = bytes.count
      try channel.send(reply, bytes)
    }
  }

  /// Numbers that go behind an answer.
  private enum Numbers {
    case none
    case floats([Float])
    case doubles([Double])
    case wholes([Int])

    func withBytes(
      _ body: (UnsafeRawBufferPointer) throws(HDF5Channel.Closed) -> Void
    ) throws(HDF5Channel.Closed) {
      func call(_ bytes: UnsafeRawBufferPointer) -> Result<Void, HDF5Channel.Closed> {
        Result { () throws(HDF5Channel.Closed) in try body(bytes) }
      }
      let result =
        switch self {
        case .none: call(UnsafeRawBufferPointer(start: nil, count: 0))
        case .floats(let values): values.withUnsafeBytes(call)
        case .doubles(let values): values.withUnsafeBytes(call)
        case .wholes(let values): values.withUnsafeBytes(call)
        }
      try result.get()
    }
  }

  private mutating func answer(
    _ request: HDF5Request, _ reply: inout HDF5Reply
  ) throws(InputError) -> Numbers {
    switch request {
    case .contents: reply.contents = try source.contents()
    case .names: reply.names = try source.names()
    case .attribute(let name): reply.text = try source.attribute(name)
    case .open(let number, let tensor): tensors[number] = try source.open(tensor)
    case .close(let number): tensors.removeValue(forKey: number)?.close()
    case .block(let number, let start, let extents):
      guard let tensor = tensors[number] else {
        throw InputError("tensor \(number) is not open", file: source.path)
      }
      return .floats(try tensor.block(start: start, extents: extents))
    case .array(let name): return try array(name, &reply)
    }
    return .none
  }

  private func array(
    _ name: String, _ reply: inout HDF5Reply
  ) throws(InputError) -> Numbers {
    let array = try source.array(name)
    func header(_ kind: HDF5Reply.Array.Kind, _ texts: [String]? = nil) -> HDF5Reply.Array {
      HDF5Reply.Array(
        dimensions: array.dimensions, axes: array.axes, units: array.units, kind: kind,
        texts: texts)
    }
    switch array.values {
    case .float64(let values):
      reply.array = header(.float64)
      return .doubles(values)
    case .int64(let values):
      reply.array = header(.int64)
      return .wholes(values)
    case .text(let values):
      reply.array = header(.text, values)
      return .none
    }
  }
}
