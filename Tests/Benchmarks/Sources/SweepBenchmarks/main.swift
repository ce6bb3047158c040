// Run from the repository's root:
//   swift run -c release --package-path Tests/Benchmarks SweepBenchmarks [MILLION]
//
// With the word MILLION also a million points, to see that memory does not grow.
import Exploration
import Foundation
import Studies

/// The most memory this process has held, in MiB.
func peakMemory() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
  return (line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
}

/// Runs the sweep called `name` and says how fast; gives points per second.
func measure(_ name: String, jobs: Int) throws -> Double {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  defer { try? FileManager.default.removeItem(at: folder) }
  let sweep = try Sweep(name, folders: SpecFolders())
  var options = SweepRunner.Options()
  options.jobs = jobs
  let runner = SweepRunner(sweep, options: options)
  let clock = ContinuousClock()
  let time = try clock.measure { _ = try runner.run(into: folder.path, resumes: false) { _ in } }
  let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
  let rate = Double(runner.pointCount) / seconds
  print(
    "\(runner.pointCount) points, \(jobs) threads: \(String(format: "%.1f", seconds)) s, "
      + "\(Int(rate)) points/s, peak memory \(Int(peakMemory())) MiB")
  return rate
}

let one = try measure("six-axes", jobs: 1)
let two = try measure("six-axes", jobs: 2)
print("two threads over one: \(String(format: "%.2f", two / one))")

if CommandLine.arguments.dropFirst().first == "MILLION" {
  // Ten times the clocks.
  let clocks = (1...40).map { "\($0 * 25) MHz" }.joined(separator: ", ")
  let text = try String(contentsOfFile: "workloads/sweeps/six-axes.yaml", encoding: .utf8)
    .replacingOccurrences(of: "[250 MHz, 500 MHz, 750 MHz, 1 GHz]", with: "[\(clocks)]")
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("million.yaml").path
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  _ = try measure(path, jobs: 2)
}
