internal import Foundation
internal import Inputs
internal import Processes
internal import Synchronization

/// The conversation of one run with one process.
final class PolicySession: Sendable {
  private struct State {
    var lines = 0
    var thinking = ThinkingTime()
    /// When virtual time zero was, on a real clock.
    var start: Double?
  }

  private let spec: ProcessSpec
  private let process: LineProcess
  private let state = Mutex(State())
  /// Whether the process wants to hear of batches that are through.
  let wantsDone: Bool

  /// Starts the process and greets it.
  init(
    _ spec: ProcessSpec, folder: String, role: String, table: ProfileTable, seed: Int, devices: Int,
    kinds: [String] = [], models: [ServedModel] = []
  ) throws(PolicyError) {
    self.spec = spec
    do {
      var command = spec.command
      // A program without a slash is looked for in PATH.
      if command[0].contains("/") { command[0] = PathText.path(command[0], in: folder) }
      process = try LineProcess(
        command, in: folder, showsErrors: spec.standardError == .show)
    } catch {
      throw PolicyError("\(Self.name(spec)) \(error)")
    }
    let hello = PolicyText.hello(
      role: role, spec: spec, table: table, seed: seed, devices: devices, kinds: kinds,
      models: models)
    let line: String
    do {
      line = try process.ask(hello, within: spec.limit.seconds)
    } catch {
      throw PolicyError("\(Self.name(spec)) \(error)")
    }
    state.withLock { $0.lines = 1 }
    let ready = try Self.read(line, number: 1, spec) { (node) throws(InputError) in
      let ready = try PolicyAnswer.decode(PolicyAnswer.Ready.self, from: node)
      if let version = ready.protocol, version != PolicyText.version {
        throw InputError(
          "expected `\(PolicyText.version)`, found `\(version)`", at: node.location,
          path: "protocol")
      }
      return ready
    }
    wantsDone = ready.events?.contains(.done) ?? false
  }

  /// The time that all answers took.
  var thinking: ThinkingTime { state.withLock { $0.thinking } }

  /// Asks for a decision; `decode` makes it of the answer.
  ///
  /// - Returns: The decision, and the seconds that it took.
  func ask<Answer>(
    _ message: String, at now: SimulationTime?,
    _ decode: (YAMLNode) throws(InputError) -> Answer
  ) throws(PolicyError) -> (answer: Answer, seconds: Double) {
    if let now { keepPace(now) }
    let start = Self.clock
    let line = try carryOut { () throws(ProcessFault) in
      try process.ask(message, within: spec.limit.seconds)
    }
    let seconds = Self.clock - start
    let number = state.withLock { state in
      state.lines += 1
      state.thinking.record(seconds: seconds)
      return state.lines
    }
    return (try Self.read(line, number: number, spec, decode), seconds)
  }

  /// Says what needs no answer.
  func tell(_ message: String, at now: SimulationTime) throws(PolicyError) {
    keepPace(now)
    try carryOut { () throws(ProcessFault) in
      try process.tell(message, within: spec.limit.seconds)
    }
  }

  /// Says that all is over and waits for the end.
  func finish() throws(PolicyError) {
    try carryOut { () throws(ProcessFault) in
      try process.finish(PolicyText.bye, within: spec.limit.seconds)
    }
  }

  private func carryOut<Value>(
    _ body: () throws(ProcessFault) -> Value
  ) throws(PolicyError) -> Value {
    do {
      return try body()
    } catch {
      let lines = state.withLock { $0.lines }
      throw PolicyError("\(Self.name(spec)), after \(lines) line\(lines == 1 ? "" : "s"), \(error)")
    }
  }

  /// Waits until a real clock has come to a point of virtual time.
  private func keepPace(_ now: SimulationTime) {
    guard let pace = spec.pace else { return }
    let clock = Self.clock
    let start = state.withLock { state in
      if state.start == nil { state.start = clock - now.seconds / pace }
      return state.start ?? clock
    }
    let early = start + now.seconds / pace - clock
    if early > 0 { Thread.sleep(forTimeInterval: early) }
  }

  private static func read<Answer>(
    _ line: String, number: Int, _ spec: ProcessSpec,
    _ decode: (YAMLNode) throws(InputError) -> Answer
  ) throws(PolicyError) -> Answer {
    do throws(InputError) {
      let place = SourceLocation(file: "answers of \(name(spec))", line: number, column: 1)
      let node = try JSONLine.parse(line, at: place)
      if PolicyAnswer.word(of: node) == PolicyAnswer.Failure.Word.error.rawValue {
        let failure = try PolicyAnswer.decode(PolicyAnswer.Failure.self, from: node)
        throw InputError("it cannot go on: \(failure.text)", at: node.location)
      }
      return try decode(node)
    } catch {
      let shown = line.utf8.count > 200 ? line.prefix(200) + "..." : line[...]
      throw PolicyError("\(error); it said: `\(VisibleText.line(String(shown)))`")
    }
  }

  /// The command in messages.
  private static func name(_ spec: ProcessSpec) -> String {
    spec.command.prefix(3).joined(separator: " ") + (spec.command.count > 3 ? " ..." : "")
  }

  private static var clock: Double { ProcessInfo.processInfo.systemUptime }
}
