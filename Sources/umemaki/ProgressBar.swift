import Dispatch
import Foundation
import Reports
import Synchronization

/// A line on standard error that says how far a long task is; nothing where that is no terminal.
final class ProgressBar: Sendable {
  private let isTerminal = StandardStream.errors.isTerminal
  private let start = DispatchTime.now().uptimeNanoseconds
  private let last = Mutex<UInt64>(0)

  /// Draws the bar, ten times a second at most.
  func show(done: Int, total: Int, before: Int) {
    guard isTerminal, total > 0 else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    let isDue = last.withLock { last in
      guard now - last >= 100_000_000 || done == total else { return false }
      last = now
      return true
    }
    guard isDue else { return }
    let seconds = Double(now - start) * 1e-9
    let rate = Double(done - before) / max(seconds, 1e-9)
    let width = 28
    let filled = min(width, width * done / total)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let left = rate > 0 ? SweepCommand.time(Double(max(0, total - done)) / rate) : "?"
    let percent = min(100, 100 * done / total)
    let line =
      "\r[\(bar)] \(percent) %  \(NumberText.count(done)) of \(NumberText.count(total))  "
      + "\(NumberText.count(Int(rate)))/s  \(left) left\u{1B}[K"
    try? StandardStream.errors.write(line)
  }

  /// Removes the bar.
  func clear() {
    if isTerminal { try? StandardStream.errors.write("\r\u{1B}[K") }
  }
}
