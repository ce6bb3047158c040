internal import Architectures
package import Components
package import Units

/// A device behind four calls, in virtual time: memory that is allocated, sub-networks that are loaded
/// into it over one link, and batches that one array runs.
///
/// Link and array each take what they are told in order, beside one another. When something will have
/// ended is known as soon as it is asked for, for nothing that is asked for later comes before it.
package struct VirtualDevice: Sendable {
  /// A part of the memory.
  private struct Buffer {
    let client: Int
    let bytes: Int
    /// The row of the table that is loaded, or being loaded.
    var subnet: Int?
    /// When it is there.
    var ready = 0
    /// When the last that was asked of it has ended.
    var busy = 0
  }

  /// What a client's calls come to so far.
  package struct Figures: Hashable, Sendable {
    package var loads = 0
    package var loadedBytes = 0
    package var launches = 0
    package var images = 0
    /// Picojoules, or units of the table.
    package var energy = 0.0
    /// From calls of `launch` to their ends, in picoseconds.
    package var latencySum = 0.0
    package var latencyMax = 0
    package var bytes = 0
    package var peakBytes = 0
  }

  /// The latest time that anything may end, in picoseconds.
  static let latest = 1 << 61
  /// The most bytes that a client may load in all.
  private static let mostBytes = 1 << 62

  private let table: ProfileTable
  private let bytesOfSubnets: [String: Int]
  /// Bytes.
  package let memory: Int
  private let link: Bandwidth
  private var buffers: [Int: Buffer] = [:]
  private var ends: [(client: Int, end: Int)] = []
  private var lastBuffer = 0
  private var linkFree = 0
  private var arrayFree = 0
  private var bytes = 0
  /// Figures of every client.
  package private(set) var figures: [Figures]
  /// Picoseconds that the array works.
  package private(set) var arrayBusy = 0
  /// Picoseconds that the link works.
  package private(set) var linkBusy = 0
  /// Most bytes that were allocated at once.
  package private(set) var peakBytes = 0

  /// A device whose batches take what `table` says with nothing cached, for so many clients.
  ///
  /// `bytesOfSubnets` says the bytes of sub-networks whose table does not.
  package init(
    _ table: ProfileTable, memory: Bytes, link: Bandwidth, bytesOfSubnets: [String: Int],
    clients: Int
  ) {
    self.table = table
    self.memory = memory.count
    self.link = link
    self.bytesOfSubnets = bytesOfSubnets
    figures = Array(repeating: Figures(), count: clients)
  }

  /// Bytes of a row of the table, nil where nobody said.
  package func bytes(of subnet: Int) -> Int? {
    let row = table.subnets[subnet]
    return bytesOfSubnets[row.name] ?? row.weightBytes?.count
  }

  // MARK: Calls

  /// A buffer of so many bytes; its number.
  package mutating func allocate(_ client: Int, _ size: Int) throws(SpecError) -> Int {
    guard size > 0 else { throw SpecError("bytes", "expected at least 1, found \(size)") }
    guard size <= memory - bytes else {
      throw SpecError(
        "bytes", "expected at most \(memory - bytes) of \(memory), which are free, found \(size)")
    }
    lastBuffer += 1
    buffers[lastBuffer] = Buffer(client: client, bytes: size)
    bytes += size
    peakBytes = max(peakBytes, bytes)
    figures[client].bytes += size
    figures[client].peakBytes = max(figures[client].peakBytes, figures[client].bytes)
    return lastBuffer
  }

  /// Gives a buffer back.
  package mutating func free(_ client: Int, _ number: Int, now: Int) throws(SpecError) {
    let buffer = try own(client, number)
    guard buffer.busy <= now else {
      throw SpecError("buffer", "\(number) is in use until \(buffer.busy) ps, wait for it first")
    }
    buffers[number] = nil
    bytes -= buffer.bytes
    figures[client].bytes -= buffer.bytes
  }

  /// Brings a sub-network into a buffer, behind what the link and the buffer were told before; the number
  /// of the ticket.
  package mutating func load(
    _ client: Int, _ number: Int, _ name: String, now: Int
  ) throws(SpecError) -> Int {
    var buffer = try own(client, number)
    guard let subnet = table.subnets.firstIndex(where: { $0.name == name }) else {
      let names = table.subnets.prefix(8).map(\.name).joined(separator: ", ")
      throw SpecError("subnet", "the table has no sub-network `\(name)`, it has \(names)")
    }
    guard let size = bytes(of: subnet) else {
      throw SpecError(
        "subnet", "nobody says how large `\(name)` is, name it in the scenario's `weights`")
    }
    guard size <= buffer.bytes else {
      throw SpecError(
        "buffer", "\(number) has \(buffer.bytes) bytes, `\(name)` needs \(size)")
    }
    // A link without a limit would let the sum grow beyond what integers hold.
    guard size <= Self.mostBytes - figures[client].loadedBytes else {
      throw SpecError("subnet", "more than \(Self.mostBytes) bytes loaded by one client in all")
    }
    let start = max(now, linkFree, buffer.busy)
    let end = try Self.end(start, Self.picoseconds(size, over: link), "subnet")
    (buffer.subnet, buffer.ready, buffer.busy) = (subnet, end, end)
    buffers[number] = buffer
    linkFree = end
    linkBusy += end - start
    figures[client].loads += 1
    figures[client].loadedBytes += size
    return ticket(client, end)
  }

  /// Runs a batch on what a buffer holds, behind what the array was told before; the number of the ticket.
  package mutating func launch(
    _ client: Int, _ number: Int, batch: Int, now: Int
  ) throws(SpecError) -> Int {
    var buffer = try own(client, number)
    guard let subnet = buffer.subnet else {
      throw SpecError("buffer", "nothing was loaded into \(number)")
    }
    guard (1...table.largestBatch).contains(batch) else {
      throw SpecError("batch", "expected 1 to \(table.largestBatch), found \(batch)")
    }
    let cell = table.cell(subnet, 0, batch: table.batchIndex(holding: batch))
    let start = max(now, arrayFree, buffer.ready)
    let end = try Self.end(start, cell.latency.count, "batch")
    buffer.busy = max(buffer.busy, end)
    buffers[number] = buffer
    arrayFree = end
    arrayBusy += end - start
    figures[client].launches += 1
    figures[client].images += batch
    figures[client].energy += cell.energy.value
    figures[client].latencySum += Double(end - now)
    figures[client].latencyMax = max(figures[client].latencyMax, end - now)
    return ticket(client, end)
  }

  /// When all of these have ended.
  package func end(of tickets: [Int], _ client: Int) throws(SpecError) -> Int {
    guard !tickets.isEmpty else {
      throw SpecError("tickets", "expected at least one, nothing would ever end the wait")
    }
    var end = 0
    for (index, ticket) in tickets.enumerated() {
      // Any whole number may be asked for.
      guard ticket > 0, ticket <= ends.count, ends[ticket - 1].client == client else {
        throw SpecError("tickets[\(index)]", "no load and no launch of this client is \(ticket)")
      }
      end = max(end, ends[ticket - 1].end)
    }
    return end
  }

  // MARK: Parts

  private func own(_ client: Int, _ number: Int) throws(SpecError) -> Buffer {
    guard let buffer = buffers[number], buffer.client == client else {
      throw SpecError("buffer", "this client has no buffer \(number)")
    }
    return buffer
  }

  private mutating func ticket(_ client: Int, _ end: Int) -> Int {
    ends.append((client, end))
    return ends.count
  }

  private static func end(_ start: Int, _ time: Int, _ key: String) throws(SpecError) -> Int {
    let (end, isTooLate) = start.addingReportingOverflow(time)
    guard !isTooLate, end <= latest else {
      throw SpecError(key, "would end after \(latest) ps, which is as far as time goes")
    }
    return end
  }

  /// Time that bytes take, rounded up to whole picoseconds.
  private static func picoseconds(_ bytes: Int, over link: Bandwidth) -> Int {
    guard let rate = link.bytesPerSecond else { return 0 }
    let product = bytes.multipliedFullWidth(by: 1_000_000_000_000)
    guard product.high < rate else { return .max }
    let (quotient, remainder) = rate.dividingFullWidth(product)
    return quotient + (remainder > 0 ? 1 : 0)
  }
}
