import Foundation
import Testing

// Does a sweep survive whatever happens to it?
@Suite(.serialized) struct SweepCommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Five axes of one small network; 2,560 points unless there are more clocks.
  private func sweep(clocks: Int = 20) throws -> String {
    let text = """
      name: test
      summary: Many designs of a small network.
      source: "test"
      inference: {architecture: sushi-analytic, workload: resnet20-cifar}
      axes:
        - {name: kernels, path: architecture.datapath.output_channels, values: [4, 8, 16, 32]}
        - {name: channels, path: architecture.datapath.input_channels, values: [4, 8, 9, 18]}
        - {name: weights, path: "architecture.memory.buffers[weight_buffer].size", range: {from: 64 KiB, to: 512 KiB, scale: log2}}
        - {name: ports, path: architecture.memory.dram.ports, values: [shared, separate]}
        - {name: clock, path: architecture.frequency, range: {from: 100 MHz, to: \(clocks * 100) MHz, step: 100 MHz, scale: linear}}
      derived:
        - {paths: [architecture.memory.transfers.input.bandwidth, architecture.memory.transfers.weight.bandwidth, architecture.memory.transfers.output.bandwidth], relation: equal, of: [9.6 GB/s]}
      constraints: [area <= 16 mm2]
      objectives: [latency, energy]

      """
    let path = try scratch.file("sweep-\(clocks).yaml", text)
    return path
  }

  private func table(_ folder: String) throws -> Data {
    let outcome = try Program.run(["report", folder, "--format", "csv"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.output
  }

  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    let program: URL = try #require(Program.executable)
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = Program.root
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Rules, objectives and files are values like others; a file that a search wrote gives what it found.
  @Test func mappingsAreAnAxis() throws {
    let maps = scratch.path("maps.yaml")
    let run = "run nvdla-large resnet20-cifar --mapping search --mapping-out \(maps)"
    #expect(try Program.run(run).code == 0)
    let text = """
      name: mappings
      summary: Rules and a file.
      source: "test"
      inference: {architecture: nvdla-large, workload: resnet20-cifar}
      axes:
        - name: rule
          path: mapping
          values: [largest, search, {rule: search, objective: bytes}, \(maps)]
      objectives: [latency]

      """
    let (file, folder) = (try scratch.file("rules.yaml", text), scratch.path("rules"))
    #expect(try Program.run(["sweep", file, "-o", folder, "--quiet"]).code == 0)
    let lines = String(decoding: try table(folder), as: UTF8.self).split(separator: "\n")
    let head = lines[0].split(separator: ",").map(String.init)
    let place = try #require(head.firstIndex(of: "cycles"))
    // Braces hold a comma in quotes, so columns are counted from the end.
    let cycles = try lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return try #require(Int(cells[cells.count - head.count + place]))
    }
    #expect(cycles.count == 4)
    #expect(cycles[1] < cycles[0])
    #expect(cycles[2] >= cycles[1])
    #expect(cycles[3] == cycles[1])
  }

  @Test func killedTwentyTimesTheResultIsTheSame() throws {
    // Long enough that twenty short lives do not finish it, on a fast machine either.
    let sweep = try sweep(clocks: 60)
    let (whole, killed) = (scratch.path("whole"), scratch.path("killed"))
    #expect(try Program.run(["sweep", sweep, "-o", whole, "--quiet"]).code == 0)
    var generator = SystemRandomNumberGenerator()
    var inTheMiddle = 0
    for round in 0..<20 {
      let process = try start(["sweep", sweep, "-o", killed, "--resume", "--quiet", "--jobs", "1"])
      let milliseconds = Int.random(in: 20...350, using: &generator)
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      let isRunning = process.isRunning
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if isRunning { inTheMiddle += 1 }
      print("round \(round): killed after \(milliseconds) ms")
    }
    #expect(inTheMiddle >= 10)
    #expect(try Program.run(["sweep", sweep, "-o", killed, "--resume", "--quiet"]).code == 0)
    #expect(try table(killed) == table(whole))
  }

  @Test func controlCKeepsWhatIsDone() throws {
    let sweep = try sweep(clocks: 400)
    let folder = scratch.path("stopped")
    let errors = scratch.path("errors")
    try Data().write(to: URL(fileURLWithPath: errors))
    let process = Process()
    let program: URL = try #require(Program.executable)
    process.executableURL = program
    process.arguments = ["sweep", sweep, "-o", folder]
    process.currentDirectoryURL = Program.root
    process.standardOutput = FileHandle.nullDevice
    let handle: FileHandle = try #require(FileHandle(forWritingAtPath: errors))
    process.standardError = handle
    try process.run()
    // The announcement comes before the first point, the log file with the first rows.
    while !FileManager.default.fileExists(atPath: folder + "/store.sqlite-wal"), process.isRunning {
      Thread.sleep(forTimeInterval: 0.01)
    }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 75)
    let said = try String(contentsOfFile: errors, encoding: .utf8)
    #expect(said.hasPrefix("test: 51,200 points on "))
    #expect(said.contains("interrupted, "))
    #expect(said.contains("add --resume to run the others"))
  }

  @Test func theSecondWriterIsTurnedAway() throws {
    let sweep = try sweep(clocks: 400)
    let folder = scratch.path("shared")
    let first = try start(["sweep", sweep, "-o", folder, "--quiet", "--jobs", "1"])
    while !FileManager.default.fileExists(atPath: folder + "/store.sqlite-wal"), first.isRunning {
      Thread.sleep(forTimeInterval: 0.01)
    }
    let second = try Program.run(["sweep", sweep, "-o", folder, "--resume", "--quiet"])
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    #expect(second.code == 75)
    #expect(second.errors == "\(folder): another process writes to it\n")
  }

  @Test func shardsMergeOnTheCommandLine() throws {
    let sweep = try sweep()
    let whole = scratch.path("whole")
    #expect(try Program.run(["sweep", sweep, "-o", whole, "--quiet", "--jobs", "2"]).code == 0)
    let parts = (1...3).map { scratch.path("part\($0)") }
    for (index, part) in parts.enumerated() {
      let outcome = try Program.run(
        ["sweep", sweep, "-o", part, "--quiet", "--shard", "\(index + 1)/3"])
      #expect(outcome.code == 0)
    }
    let merged = scratch.path("merged")
    let outcome = try Program.run(["merge", "-o", merged] + parts.reversed())
    #expect(outcome.code == 0)
    #expect(outcome.errors == "\(merged): 2,560 points from 3 shards\n")
    #expect(try table(merged) == table(whole))
    #expect(try Program.run(["merge", "-o", merged] + parts).code == 73)
    #expect(try Program.run(["merge", "-o", scratch.path("few")] + parts.dropLast()).code == 65)
  }

  @Test(
    arguments: [
      ("--jobs 0", 64), ("--shard 3/2", 64), ("--shard 1", 64), ("--deadline soon", 64),
      ("--format nothing", 64),
    ] as [(String, Int32)])
  func wrongOptionsAreRefused(options: String, code: Int32) throws {
    let line = ["sweep", try sweep(), "-o", scratch.path("none")]
    let outcome = try Program.run(line + options.split(separator: " ").map(String.init))
    #expect(outcome.code == code)
    #expect(!outcome.errors.isEmpty)
  }

  @Test func placesThatCannotHoldAResultAreNamed() throws {
    let sweep = try sweep()
    let file = scratch.path("file")
    try Data().write(to: URL(fileURLWithPath: file))
    let outcome = try Program.run(["sweep", sweep, "-o", file + "/result", "--quiet"])
    #expect(outcome.code == 73)
    #expect(outcome.errors == "\(file)/result: cannot be written\n")
    #expect(try Program.run(["report", scratch.path("nothing")]).code == 66)
  }

  /// Whether this user may mount a file system of a chosen size.
  private static let canMount: Bool = {
    guard let scratch = try? Scratch() else { return false }
    let folder = scratch.path("try")
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard mount(folder, "size=64k") else { return false }
    return shell("/bin/umount", [folder])
  }()

  private static func mount(_ folder: String, _ options: String) -> Bool {
    shell("/bin/mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder])
  }

  private static func shell(_ path: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test(.enabled(if: canMount, "needs the right to mount a small file system"))
  func aFullDiskLosesNothing() throws {
    let sweep = try sweep()
    let (whole, disk) = (scratch.path("whole"), scratch.path("disk"))
    #expect(try Program.run(["sweep", sweep, "-o", whole, "--quiet"]).code == 0)
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(Self.mount(disk, "size=256k"))
    defer { _ = Self.shell("/bin/umount", [disk]) }
    let outcome = try Program.run(["sweep", sweep, "-o", disk + "/result", "--quiet"])
    #expect(outcome.code == 73)
    #expect(outcome.errors.contains("the disk is full; what was committed is safe"))
    try #require(Self.shell("/bin/mount", ["-o", "remount,size=64m", disk]))
    let resumed = try Program.run(
      ["sweep", sweep, "-o", disk + "/result", "--resume", "--quiet"])
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try table(disk + "/result") == table(whole))
  }
}
