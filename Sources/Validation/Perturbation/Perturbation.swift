internal import Architectures
internal import Documents
internal import Foundation
internal import Inputs
public import Reports
public import Studies
internal import Synchronization

/// Every calibrated or assumed constant moved by a tenth either way, and what the committed
/// experiments then conclude.
public struct Perturbation: Sendable {
  /// How far a constant is moved, as a share.
  static let step = 0.1

  /// One constant, one direction, one conclusion that depends on it.
  struct Move: Sendable {
    let constant: PerturbedConstant
    let factor: Double
    let conclusion: Int
    /// The verdict, or why the files with this constant are refused.
    let result: Result<Verdict, Refusal>

    /// `sushi-zcu104 layer overhead -10 %`.
    var text: String {
      let files = constant.files.map { $0.split(separator: "/").last ?? "" }
      let file = files.count == 1 ? "\(files[0])" : "\(files[0]) and \(files.count - 1) more"
      return "\(file) \(constant.name) \(factor > 1 ? "+" : "-")\(Int(Perturbation.step * 100)) %"
    }
  }

  /// Files that make no sense with a constant moved.
  struct Refusal: Error, Hashable {
    let message: String
  }

  let constants: [PerturbedConstant]
  let conclusions: [Conclusion]
  let baselines: [Verdict]
  let moves: [Move]
  private let inputs: [Provenance.Input]

  /// Works out every conclusion as the files are and with every constant moved; `progress` hears from
  /// any thread how many of these questions are answered.
  public init(
    folders: SpecFolders, jobs: Int,
    progress: @Sendable @escaping (_ done: Int, _ total: Int) -> Void
  ) throws {
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "umemaki-perturb-\(UUID().uuidString)"
    ).path
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let weights = ConclusionWeights(in: scratch)
    try weights.make(folders: folders)
    let experiments = PerturbedExperiments.all(weights: weights)
    try self.init(
      PerturbedConstants.all(in: folders, for: experiments.flatMap(\.conclusions)), experiments,
      folders: folders, scratch: scratch, jobs: jobs, progress: progress)
  }

  /// Moves `constants` and asks `experiments`.
  init(
    _ constants: [PerturbedConstant], _ experiments: [any PerturbedExperiment],
    folders: SpecFolders, scratch: String, jobs: Int,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    @Sendable func folder(_ name: String) throws -> String {
      let path = "\(scratch)/\(name)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      return path
    }
    self.constants = constants
    inputs = Provenance.Input.repository(folders)
    conclusions = experiments.flatMap(\.conclusions)
    baselines = try parallelMap(count: experiments.count, jobs: jobs) { index in
      try experiments[index].verdicts(folders, scratch: folder("base-\(index)"))
    }.flatMap { $0 }
    // Where the conclusions of each experiment begin among all.
    let firsts = experiments.indices.map { index in
      experiments[..<index].reduce(0) { $0 + $1.conclusions.count }
    }
    var tasks: [(constant: PerturbedConstant, factor: Double, experiment: Int, places: [Int])] = []
    for constant in constants {
      for factor in [1 - Self.step, 1 + Self.step] {
        for (index, experiment) in experiments.enumerated() {
          let places = experiment.places(dependingOn: constant)
          if !places.isEmpty { tasks.append((constant, factor, index, places)) }
        }
      }
    }
    let list = tasks
    let total = list.reduce(0) { $0 + $1.places.count }
    let answered = Atomic<Int>(0)
    moves = try parallelMap(count: list.count, jobs: jobs) { index in
      let task = list[index]
      let results = try Self.results {
        try experiments[task.experiment].verdicts(
          task.constant.moved(by: task.factor, in: folders), scratch: folder("\(index)"))
      }
      progress(answered.add(task.places.count, ordering: .relaxed).newValue, total)
      return task.places.map { place in
        Move(
          constant: task.constant, factor: task.factor,
          conclusion: firsts[task.experiment] + place, result: results.map { $0[place] })
      }
    }.flatMap { $0 }
  }

  /// A specification that is refused is a result; anything else that fails is an error.
  private static func results(
    _ body: () throws -> [Verdict]
  ) throws -> Result<[Verdict], Refusal> {
    do {
      return .success(try body())
    } catch let error as InputError where error.location != nil {
      return .failure(Refusal(message: "\(error.path): \(error.message)"))
    }
  }

  /// Whether a move changes what its conclusion says.
  private func changes(_ move: Move) -> Bool {
    guard case .success(let verdict) = move.result else { return false }
    return verdict.words != baselines[move.conclusion].words
  }

  // MARK: Report

  /// One row per conclusion, and one line for every change.
  public func report(command: String) -> Report {
    var lines: [(String, String)] = []
    for move in moves where changes(move) {
      guard case .success(let verdict) = move.result else { continue }
      lines.append((move.text, "\(conclusions[move.conclusion].name): \(verdict.words)"))
    }
    var refused: [String] = []
    for move in moves {
      guard case .failure(let refusal) = move.result else { continue }
      let line = "\(move.text) is refused: \(refusal.message)"
      if !refused.contains(line) { refused.append(line) }
    }
    return Report(
      title: "Calibrated and assumed constants moved by 10 %",
      facts: [
        ("constants", "\(constants.count), each moved down and up"),
        ("moves", "\(moves.count), a constant and a conclusion that depends on it"),
        ("changed", lines.isEmpty ? "no conclusion" : "\(lines.count) of the moves"),
      ],
      table: Table(
        columns: [
          .init("conclusion", "conclusion"), .init("says", "verdict"),
          .init("figure", "figure_name"),
          .init("as it is", "figure"), .init("lowest", "lowest"), .init("highest", "highest"),
          .init("moved most by", "most"), .init("moves", "moves"), .init("changes", "changes"),
        ], rows: conclusions.indices.map(row), total: nil),
      conclusions: lines, warnings: refused,
      document: PerturbationDocument(
        conclusions: conclusions.indices.map(document),
        provenance: Provenance(version: umemakiVersion, inputs: inputs, command: command)
      ).json)
  }

  private func verdicts(_ index: Int) -> [(move: Move, verdict: Verdict)] {
    moves.compactMap { move in
      guard move.conclusion == index, case .success(let verdict) = move.result else { return nil }
      return (move, verdict)
    }
  }

  private func row(_ index: Int) -> [Table.Cell] {
    let base = baselines[index]
    let verdicts = verdicts(index)
    let figures = verdicts.map(\.verdict.figure)
    let most = verdicts.max {
      abs($0.verdict.figure - base.figure) < abs($1.verdict.figure - base.figure)
    }
    let isMoved = most.map { $0.verdict.figure != base.figure } ?? false
    return [
      .text(conclusions[index].name), .text(base.words), .text(conclusions[index].figure),
      .text(Self.text(base.figure)), .text(Self.text(figures.min() ?? base.figure)),
      .text(Self.text(figures.max() ?? base.figure)),
      .text(isMoved ? most?.move.text ?? "" : "nothing"), .count(verdicts.count),
      .count(verdicts.filter { $0.verdict.words != base.words }.count),
    ]
  }

  /// Four digits.
  private static func text(_ value: Double) -> String { String(format: "%.4g", value) }

  private func document(_ index: Int) -> PerturbationDocument.Conclusion {
    PerturbationDocument.Conclusion(
      name: conclusions[index].name, verdict: baselines[index].words,
      figureName: conclusions[index].figure, figure: baselines[index].figure,
      moves: moves.filter { $0.conclusion == index }.map { move in
        let constant = move.constant
        func document(
          verdict: Verdict? = nil, refused: String? = nil
        ) -> PerturbationDocument.Move {
          PerturbationDocument.Move(
            constant: constant.name, files: constant.files, origin: constant.origin.rawValue,
            factor: move.factor, verdict: verdict?.words, figure: verdict?.figure,
            refused: refused)
        }
        switch move.result {
        case .success(let verdict): return document(verdict: verdict)
        case .failure(let refusal): return document(refused: refusal.message)
        }
      })
  }
}
