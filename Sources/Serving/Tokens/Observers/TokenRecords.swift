public import Inputs
internal import Units

/// CSV files with a row per iteration and a row per request of every run and seed, in constant memory.
///
/// A file takes its place on `finish()`; one that is dropped before leaves nothing behind. Times are exact
/// decimals. The pieces of an iteration are `REQUESTpTOKENS` for a part of a prompt, `REQUESTd` for a decode.
public final class TokenRecords {
  private let iterations: RecordLines?
  private let requests: RecordLines?

  /// Begins the files that are wanted.
  ///
  /// - Throws: `InputError` of kind `unwritable` when one cannot be created.
  public init(iterations: String?, requests: String?) throws(InputError) {
    self.iterations = try iterations.map { path throws(InputError) in
      try RecordLines(
        path,
        "run,seed,replica,start_s,end_s,tokens,blocks,blocks_after,pieces,preempted,energy_pj,dram_bytes,"
          + "swapped_out,swapped_in,host_blocks"
      )
    }
    self.requests = try requests.map { path throws(InputError) in
      try RecordLines(
        path,
        "run,seed,request,arrival_s,prompt_tokens,output_tokens,first_start_s,first_token_s,last_token_s,"
          + "preemptions,recomputed_tokens,longest_gap_s,refused")
    }
  }

  /// Runs a simulation and writes down what it does.
  ///
  /// - Parameters:
  ///   - simulation: The simulation.
  ///   - run: Its name in the files.
  ///   - seed: Its seed.
  ///   - failure: What is said of one that cannot go on.
  /// - Returns: What became of it.
  /// - Throws: `InputError` where the simulation cannot go on, or a file cannot be written.
  public func run(
    _ simulation: TokenSimulation, _ run: String, _ seed: Int,
    failure: (ServingError) -> InputError
  ) throws(InputError) -> TokenMetrics {
    guard iterations != nil || requests != nil else {
      do throws(ServingError) { return try simulation.run() } catch { throw failure(error) }
    }
    var observer = TokenRecorder(
      iterations: iterations, requests: requests, head: "\(CSVText.cell(run)),\(seed),")
    let metrics: TokenMetrics
    do throws(ServingError) {
      metrics = try simulation.run(observing: &observer)
    } catch {
      throw observer.failure ?? failure(error)
    }
    if let failure = observer.failure { throw failure }
    return metrics
  }

  /// Closes the files and puts them at their places.
  public func finish() throws(InputError) {
    try iterations?.finish()
    try requests?.finish()
  }
}

/// Lines of a file, written in blocks.
package final class RecordLines {
  private static let block = 1 << 16
  private let file: OutputFile
  private var text: String

  /// Begins a file with its first line.
  package init(_ path: String, _ header: String) throws(InputError) {
    file = try OutputFile(path)
    text = header + "\n"
  }

  /// Adds a line, without its end.
  package func add(_ line: String) throws(InputError) {
    text += line
    text += "\n"
    guard text.utf8.count >= Self.block else { return }
    try file.write(text)
    text.removeAll(keepingCapacity: true)
  }

  /// Puts the file at its place.
  package func finish() throws(InputError) {
    try file.write(text)
    try file.finish()
  }
}

/// Writes rows as iterations and requests end.
struct TokenRecorder: IterationObserver {
  let iterations: RecordLines?
  let requests: RecordLines?
  /// The run and the seed.
  let head: String
  private(set) var failure: InputError?
  /// Rows of iterations that are under way, by replica and start.
  private var begun: [ObservedIteration: (before: String, after: String)] = [:]

  init(iterations: RecordLines?, requests: RecordLines?, head: String) {
    self.iterations = iterations
    self.requests = requests
    self.head = head
  }

  mutating func started(_ iteration: ObservedIteration, _ state: IterationState) {
    guard iterations != nil else { return }
    let pieces = iteration.pieces.map { piece in
      let id = state.sequences[piece.slot].id
      return piece.isPrompt ? "\(id)p\(piece.tokens)" : "\(id)d"
    }
    let before =
      "\(head)\(iteration.replica),\(QueryLines.seconds(iteration.start)),"
      + "\(QueryLines.seconds(iteration.end)),\(iteration.tokens),\(state.blocks.used),"
    let after =
      ",\(pieces.joined(separator: " ")),"
      + state.preempted.map(String.init).joined(separator: " ")
      + ",\(iteration.cost.energy.value),\(iteration.cost.dramBytes.count),"
      + iteration.moves.out.map(String.init).joined(separator: " ") + ","
      + iteration.moves.back.map(String.init).joined(separator: " ") + ","
      + "\(state.host?.used ?? 0)"
    begun[iteration] = (before, after)
  }

  mutating func finished(_ iteration: ObservedIteration, usedBlocks: Int) {
    guard let line = begun.removeValue(forKey: iteration) else { return }
    write(line.before + "\(usedBlocks)" + line.after, to: iterations)
  }

  mutating func completed(_ sequence: TokenSequence) {
    guard requests != nil else { return }
    let first = [sequence.firstStart, sequence.firstToken].map { $0.map(QueryLines.seconds) ?? "" }
    write(
      "\(head)\(sequence.id),\(QueryLines.seconds(sequence.arrival)),\(sequence.request.prompt),"
        + "\(sequence.request.output),\(first[0]),\(first[1]),"
        + "\(QueryLines.seconds(sequence.lastToken)),\(sequence.preemptions),\(sequence.recomputed),"
        + "\(QueryLines.seconds(sequence.longestGap)),0", to: requests)
  }

  mutating func refused(_ request: TokenRequest, id: Int, arrival: SimulationTime) {
    write(
      "\(head)\(id),\(QueryLines.seconds(arrival)),\(request.prompt),\(request.output),,,,,,,1",
      to: requests)
  }

  private mutating func write(_ line: String, to file: RecordLines?) {
    guard failure == nil, let file else { return }
    do throws(InputError) { try file.add(line) } catch { failure = error }
  }
}
