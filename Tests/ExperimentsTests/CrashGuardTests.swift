import Foundation
import Testing

@testable import Exploration

// Does a point that ends the program become an error, and the sweep go on?
@Suite struct CrashGuardTests {
  private let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  @Test func aPointThatEndedTheProgramIsAnErrorAndTheOthersRun() async throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    let whole = try fixture.run(sweep, into: "whole").table.split(separator: "\n")
    let folder = fixture.path("crashed")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // The process goes on as another program once the signal is noted; this one ends well.
    await #expect(processExitsWith: .success) { [folder = folder as String] in
      CrashGuard.install(["true"], program: "/bin/true")
      let notes = try PointsUnderway(folder, threads: 3)
      notes.note(4, thread: 0) {}
      notes.note(7, thread: 1) {
        let none: [Int] = []
        _ = none[folder.count]
      }
      exit(1)
    }
    let notes = try PointsUnderway(folder, threads: 2)
    #expect(notes.crashed.keys.sorted() == [7])
    // They are kept until a run is complete.
    #expect(try PointsUnderway(folder, threads: 1).crashed == notes.crashed)
    let signal = try #require(notes.crashed[7])
    let rows = try fixture.run(sweep, into: "crashed", jobs: 2).table.split(separator: "\n")
    #expect(rows.count == whole.count)
    for (index, row) in rows.enumerated() where index != 8 { #expect(row == whole[index]) }
    #expect(
      rows[8].hasSuffix(
        "ended the program with signal \(signal), a bug of umemaki, please report it\""))
    #expect(rows[8].contains(",error,"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/points.underway"))
  }

  @Test func outsideOfAPointASignalIsASignal() async {
    await #expect(processExitsWith: .failure) {
      CrashGuard.install(["true"], program: "/bin/true")
      let none: [Int] = []
      _ = none[CommandLine.arguments.count]
    }
  }

  @Test func aFileWithoutSenseIsNoCrash() throws {
    let folder = fixture.path("other")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let bytes = [UInt8](repeating: 0xFF, count: 100)
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/points.underway"))
    #expect(try PointsUnderway(folder, threads: 2).crashed.isEmpty)
  }
}
