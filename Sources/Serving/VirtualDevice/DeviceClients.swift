internal import Components
internal import Inputs
internal import Processes

/// Client processes of one virtual device, each in a virtual time of its own.
///
/// A client's calls take no time but `wait`. What a wait waits for is known when it is called, so the client
/// with the least time is always the next to be heard, the first of the file among equals: no other can
/// call anything at an earlier time any more, so nothing that was answered has to be taken back, and what
/// the processes' real speeds are changes nothing. Source of the rule: conservative simulation as Revati
/// (2026) coordinates processes, time moves to the minimum of what all wait for.
package struct DeviceClients {
  /// One client as a scenario names it.
  package struct Client: Sendable {
    package let name: String
    package let command: [String]
    package let options: PolicyOptions
    /// The longest that a line, and the end, may take on a real clock, in seconds.
    package let limit: Double
    package let showsErrors: Bool

    package init(
      name: String, command: [String], options: PolicyOptions, limit: Double, showsErrors: Bool
    ) {
      self.name = name
      self.command = command
      self.options = options
      self.limit = limit
      self.showsErrors = showsErrors
    }
  }

  /// What is wrong with a client, by its place in the list.
  package struct Fault: Error {
    package let client: Int
    package let message: String
  }

  /// What became of everything.
  package struct Outcome: Sendable {
    package let device: VirtualDevice
    /// When each client said that it had ended, in picoseconds.
    package let ends: [Int]
    /// Calls of each client.
    package let calls: [Int]
  }

  private struct State {
    let process: LineProcess
    /// What it is told next.
    var message: String
    var now = 0
    var lines = 0
    var isOver = false
  }

  private let clients: [Client]
  private let mostCalls: Int
  private var device: VirtualDevice
  private var states: [State] = []

  /// Starts the processes, in `folder`.
  ///
  /// A client may call at most `mostCalls` times, so that one that never waits comes to an end too.
  package init(
    _ clients: [Client], _ device: VirtualDevice, _ table: ProfileTable, folder: String,
    mostCalls: Int
  ) throws(Fault) {
    self.clients = clients
    self.device = device
    self.mostCalls = mostCalls
    for (index, client) in clients.enumerated() {
      var command = client.command
      // A program without a slash is looked for in PATH.
      if command[0].contains("/") { command[0] = PathText.path(command[0], in: folder) }
      do {
        states.append(
          State(
            process: try LineProcess(command, in: folder, showsErrors: client.showsErrors),
            message: ClientCalls.hello(client.name, client.options, device, table)))
      } catch {
        throw Fault(client: index, message: "\(client.name) \(error)")
      }
    }
  }

  /// Hears all clients until they have ended.
  package mutating func run() throws(Fault) -> Outcome {
    while let next = states.indices.filter({ !states[$0].isOver }).min(by: isBefore) {
      try hear(next)
    }
    return Outcome(device: device, ends: states.map(\.now), calls: states.map(\.lines))
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    (states[left].now, left) < (states[right].now, right)
  }

  /// Answers a client's calls until it waits or ends.
  private mutating func hear(_ index: Int) throws(Fault) {
    let start = states[index].now
    repeat {
      let node = try call(index)
      do throws(InputError) {
        states[index].message = try carryOut(node, of: index)
      } catch {
        throw refused(index, error)
      }
      guard !states[index].isOver else { return try finish(index) }
    } while states[index].now == start
  }

  /// The next call of a client.
  private mutating func call(_ index: Int) throws(Fault) -> YAMLNode {
    let line: String
    do {
      line = try states[index].process.ask(states[index].message, within: clients[index].limit)
    } catch {
      throw fault(index, error)
    }
    states[index].lines += 1
    guard states[index].lines <= mostCalls else {
      throw Fault(
        client: index, message: "\(clients[index].name) called more than \(mostCalls) times")
    }
    last = line
    let place = SourceLocation(
      file: "calls of \(clients[index].name)", line: states[index].lines, column: 1)
    do {
      return try JSONLine.parse(line, at: place)
    } catch {
      throw refused(index, error)
    }
  }

  /// The line that was heard last.
  private var last = ""

  private mutating func finish(_ index: Int) throws(Fault) {
    do {
      try states[index].process.finish(ClientCalls.bye, within: clients[index].limit)
    } catch {
      throw fault(index, error)
    }
  }

  private func fault(_ index: Int, _ error: ProcessFault) -> Fault {
    let lines = states[index].lines
    return Fault(
      client: index,
      message: "\(clients[index].name), after \(lines) line\(lines == 1 ? "" : "s"), \(error)")
  }

  private func refused(_ index: Int, _ error: InputError) -> Fault {
    let shown = last.utf8.count > 200 ? last.prefix(200) + "..." : last[...]
    return Fault(client: index, message: "\(error); it said: `\(VisibleText.line(String(shown)))`")
  }

  // MARK: Calls

  /// Carries a call out; gives the answer.
  private mutating func carryOut(
    _ node: YAMLNode, of index: Int
  ) throws(InputError) -> String {
    do throws(SpecError) {
      return try carryOut(known: node, of: index)
    } catch {
      throw SpecFile.located(error, in: node, under: "")
    }
  }

  private mutating func carryOut(
    known node: YAMLNode, of index: Int
  ) throws(SpecError) -> String {
    let now = states[index].now
    func read<Call: Decodable>(_ type: Call.Type) throws(SpecError) -> Call {
      do throws(InputError) {
        return try ClientCalls.decode(type, from: node)
      } catch {
        throw SpecError(error.path, error.message)
      }
    }
    switch ClientCalls.word(of: node) {
    case "allocate":
      let bytes = try read(ClientCalls.Allocate.self).bytes
      return ClientCalls.done(now, "buffer", try device.allocate(index, bytes))
    case "free":
      try device.free(index, read(ClientCalls.Free.self).buffer, now: now)
      return ClientCalls.done(now)
    case "load":
      let call = try read(ClientCalls.Load.self)
      return ClientCalls.done(
        now, "ticket", try device.load(index, call.buffer, call.subnet, now: now))
    case "launch":
      let call = try read(ClientCalls.Launch.self)
      return ClientCalls.done(
        now, "ticket", try device.launch(index, call.buffer, batch: call.batch, now: now))
    case "wait":
      states[index].now = try time(read(ClientCalls.Wait.self), of: index)
      return ClientCalls.done(states[index].now)
    case "bye":
      _ = try read(ClientCalls.Bye.self)
      states[index].isOver = true
      return ""
    case "error":
      throw SpecError("", "it cannot go on: \(try read(ClientCalls.Failure.self).text)")
    case let word:
      let near = word.flatMap { nearestName(to: $0, among: ClientCalls.words) }
      throw SpecError(
        word == nil ? "" : "call",
        "expected `call` with one of \(ClientCalls.words.joined(separator: ", "))"
          + (word.map { ", found `\($0)`" } ?? "") + (near.map { ", did you mean `\($0)`?" } ?? ""))
    }
  }

  /// When a wait ends.
  private func time(_ wait: ClientCalls.Wait, of index: Int) throws(SpecError) -> Int {
    let now = states[index].now
    switch (wait.tickets, wait.untilPs) {
    case (let tickets?, nil): return max(now, try device.end(of: tickets, index))
    case (nil, let until?):
      guard until > now, until <= VirtualDevice.latest else {
        throw SpecError(
          "until_ps",
          "expected more than \(now), which is now, to \(VirtualDevice.latest), found \(until)")
      }
      return until
    case (nil, nil): throw SpecError("", "waits for nothing, expected `tickets` or `until_ps`")
    case (_?, _?):
      throw SpecError("until_ps", "expected either `tickets` or `until_ps`, found both")
    }
  }
}
