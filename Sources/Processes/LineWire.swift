internal import Glibc
internal import Inputs
internal import SystemPackage

/// The pipes of one child process, read and written with time limits.
struct LineWire {
  /// The longest line of a process, in bytes.
  static let longestLine = 1 << 20
  /// What is kept of the standard error, in bytes.
  private static let keptErrors = 4096

  let life: ProcessLife
  let showsErrors: Bool
  private var input: Int32
  private var output: Int32
  private var errors: Int32
  /// Becomes readable when the process ends.
  private var process: Int32
  /// Bytes of the standard output that no line has been made of.
  private var pending: [UInt8] = []
  private var isDead = false
  /// How many of these are known to hold no line break.
  private var scanned = 0
  private var lastErrors: [UInt8] = []

  init(_ command: [String], folder: String, showsErrors: Bool) throws(ProcessFault) {
    var ends: [(read: Int32, write: Int32)] = []
    for _ in 0..<3 {
      do throws(Errno) {
        let pipe = try FileDescriptor.pipe(options: .closeOnExec)
        ends.append((pipe.readEnd.rawValue, pipe.writeEnd.rawValue))
      } catch {
        for end in ends { Glibc.close(end.read); Glibc.close(end.write) }
        throw .notStarted("no pipe can be made (system error \(error.rawValue))")
      }
    }
    life = ProcessLife()
    self.showsErrors = showsErrors
    (input, output, errors) = (ends[0].write, ends[1].read, ends[2].read)
    process = -1
    for end in [input, output, errors] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    do {
      process = try life.start(
        command, folder: folder, input: ends[0].read, output: ends[1].write,
        errors: ends[2].write)
    } catch {
      closeEnds()
      throw error
    }
  }

  /// Writes a line and, where an answer is expected, gives the line that comes back.
  mutating func exchange(
    _ line: String, expectsAnswer: Bool, limit: Double
  ) throws(ProcessFault) -> String? {
    readOutput()
    if !pending.isEmpty {
      throw pending.count > Self.longestLine ? tooLong : .unasked(start)
    }
    let end = Clock.now + limit
    let bytes = Array((line + "\n").utf8)
    var sent = 0
    while true {
      if sent < bytes.count {
        guard let more = write(bytes[sent...]) else { throw endOfLife() }
        sent += more
      }
      if sent == bytes.count, !expectsAnswer { return nil }
      if let answer = try takeLine() {
        guard sent == bytes.count else { throw .unasked(answer) }
        return answer
      }
      if output < 0 || isDead { throw endOfLife() }
      guard wait(until: end, writes: sent < bytes.count) else {
        throw sent < bytes.count ? .deaf(limit: limit) : .silent(limit: limit)
      }
      readOutput()
    }
  }

  /// Says a last line, closes the standard input and waits for the end.
  mutating func finish(_ line: String, limit: Double) throws(ProcessFault) {
    _ = try exchange(line, expectsAnswer: false, limit: limit)
    close(&input)
    let end = Clock.now + limit
    while !isDead {
      guard wait(until: end, writes: false) else {
        _ = stop()
        throw .stays(limit: limit)
      }
      readOutput()
      if !pending.isEmpty { break }
    }
    readOutput()
    if !pending.isEmpty {
      let fault = ProcessFault.unasked(start)
      _ = stop()
      throw fault
    }
    let status = stop()
    if status != .exited(0) { throw .failed(status, complaint: complaint) }
  }

  /// Ends the process and everything it started.
  @discardableResult
  mutating func stop() -> ProcessFault.End {
    let end = life.stop()
    if errors >= 0 { readErrors() }
    closeEnds()
    return end
  }

  /// Why there is no answer: the process is gone, or soon will be.
  private mutating func endOfLife() -> ProcessFault {
    // A process that has closed its output mostly ends by itself at once.
    let limit = Clock.now + 1
    while !isDead, wait(until: limit, writes: false) { readOutput() }
    return .ended(stop(), complaint: complaint)
  }

  /// Waits until something can be read or written or the process ends; false when the time is over.
  private mutating func wait(until end: Double, writes: Bool) -> Bool {
    let left = end - Clock.now
    guard left > 0 else { return false }
    var wishes = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      pollfd(fd: process, events: Int16(POLLIN), revents: 0),
      pollfd(fd: writes ? input : -1, events: Int16(POLLOUT), revents: 0),
    ]
    let milliseconds = Int32(min((left * 1000).rounded(.up), 1e9))
    _ = poll(&wishes, nfds_t(wishes.count), milliseconds)
    if wishes[1].revents != 0 { readErrors() }
    // Known before the output is read, so that all it ever said is read; its children may hold the
    // pipe open.
    if wishes[2].revents != 0 { isDead = true }
    return true
  }

  /// The number of bytes taken, 0 when the pipe is full; nil when nobody reads any more.
  private func write(_ bytes: ArraySlice<UInt8>) -> Int? {
    let descriptor = input
    let (count, code) = BrokenPipe.asError {
      bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
    if count >= 0 { return count }
    return code == EAGAIN || code == EINTR ? 0 : nil
  }

  /// Reads what is there, up to a little more than a line may have.
  private mutating func readOutput() {
    while output >= 0, pending.count <= Self.longestLine {
      switch Self.read(output, into: &pending) {
      case .some(0): close(&output)
      case .some: continue
      case nil: return
      }
    }
  }

  private mutating func readErrors() {
    var fresh: [UInt8] = []
    // What does not stop to come is left for the next time.
    while errors >= 0, fresh.count < 1 << 20 {
      guard let count = Self.read(errors, into: &fresh) else { break }
      if count == 0 { close(&errors) }
    }
    if showsErrors, !fresh.isEmpty {
      _ = BrokenPipe.asError { fresh.withUnsafeBytes { Int(-Descriptor.write($0, to: 2)) } }
    }
    lastErrors = (lastErrors + fresh).suffix(Self.keptErrors)
  }

  /// Bytes read, 0 at the end; nil when there are none now.
  private static func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Int? {
    var count = 0
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      repeat {
        count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      } while count < 0 && errno == EINTR
      if count > 0 { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
    }
    return count >= 0 ? count : nil
  }

  /// The first line of what was read.
  private mutating func takeLine() throws(ProcessFault) -> String? {
    guard let end = pending[scanned...].firstIndex(of: 0x0A) else {
      scanned = pending.count
      guard pending.count <= Self.longestLine else { throw tooLong }
      return nil
    }
    guard end <= Self.longestLine else { throw tooLong }
    let line = pending[..<end]
    guard let text = String(validating: line, as: UTF8.self) else { throw .notText(start) }
    pending.removeSubrange(...end)
    scanned = 0
    return text.hasSuffix("\r") ? String(text.dropLast()) : text
  }

  private var tooLong: ProcessFault { .longLine(limit: Self.longestLine, start: start) }

  /// The first line of what was read, shortened for a message.
  private var start: String { Self.short(pending.prefix { $0 != 0x0A }) }

  /// The last line of the standard error that says something.
  private var complaint: String? {
    let lines = lastErrors.split(separator: 0x0A)
    return lines.last { line in line.contains { $0 != 0x20 && $0 != 0x0D } }.map(Self.short)
  }

  /// At most 120 bytes of `bytes` as text.
  private static func short(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(120), as: UTF8.self)
    return VisibleText.line(text) + (bytes.count > 120 ? "..." : "")
  }

  private func closeEnds(_ ends: [Int32]) {
    for end in ends where end >= 0 { Glibc.close(end) }
  }

  private mutating func closeEnds() {
    closeEnds([input, output, errors, process])
    (input, output, errors, process) = (-1, -1, -1, -1)
  }

  private func close(_ end: inout Int32) {
    if end >= 0 { Glibc.close(end) }
    end = -1
  }
}

/// Seconds of a clock that is never set.
enum Clock {
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
