internal import Foundation
import Glibc

/// One end of the connection between this process and one that reads a file for it.
struct HDF5Channel {
  /// The other end is gone, or said something that makes no sense.
  struct Closed: Error {}

  /// The most bytes of a message without its numbers, more than any file has names.
  private static let messageLimit = 1 << 30

  let descriptor: Int32

  /// Sends a message: its length, itself, and `payload` behind it.
  func send(_ message: some Encodable, _ payload: UnsafeRawBufferPointer) throws(Closed) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(message) else { throw Closed() }
    try withUnsafeBytes(of: UInt64(data.count)) { length throws(Closed) in try send(length) }
    let isSent = data.withUnsafeBytes { (try? send($0)) != nil }
    guard isSent else { throw Closed() }
    try send(payload)
  }

  /// Receives a message without the payload behind it.
  func receive<Message: Decodable>(_ type: Message.Type) throws(Closed) -> Message {
    var length: UInt64 = 0
    try withUnsafeMutableBytes(of: &length) { bytes throws(Closed) in try receive(into: bytes) }
    guard length <= UInt64(Self.messageLimit) else { throw Closed() }
    var data = [UInt8](repeating: 0, count: Int(length))
    let isReceived = data.withUnsafeMutableBytes { (try? receive(into: $0)) != nil }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard isReceived, let message = try? decoder.decode(type, from: Data(data)) else {
      throw Closed()
    }
    return message
  }

  /// Receives `count` numbers.
  func numbers<Number: BitwiseCopyable>(
    _ count: Int, _ zero: Number
  ) throws(Closed) -> [Number] {
    var isReceived = false
    let values = [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: zero)
      isReceived = (try? receive(into: UnsafeMutableRawBufferPointer(buffer))) != nil
      initialized = count
    }
    guard isReceived else { throw Closed() }
    return values
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(Closed) {
    var done = 0
    while done < bytes.count {
      // A signal for a connection that is closed would end this process.
      let count = Glibc.send(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
        Int32(MSG_NOSIGNAL))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Closed() }
      done += count
    }
  }

  private func receive(into bytes: UnsafeMutableRawBufferPointer) throws(Closed) {
    var done = 0
    while done < bytes.count {
      let count = Glibc.read(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Closed() }
      done += count
    }
  }
}
