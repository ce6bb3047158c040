import Foundation
import Processes
import Testing

/// A process of a few lines of Python.
private func process(_ script: String, showsErrors: Bool = false) throws -> LineProcess {
  try LineProcess(["python3", "-u", "-c", script], in: "", showsErrors: showsErrors)
}

/// The fault that `body` throws.
private func fault(_ body: () throws -> Void) -> ProcessFault? {
  do {
    try body()
    return nil
  } catch {
    return error as? ProcessFault
  }
}

/// A file by which a process shows how far it is, however slow the machine.
private struct Marker {
  let path = NSTemporaryDirectory() + UUID().uuidString

  /// Waits until it is there, and removes it.
  func wait() throws {
    for _ in 0..<3_000 where !FileManager.default.fileExists(atPath: path) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    try FileManager.default.removeItem(atPath: path)
  }
}

@Suite(.serialized, .timeLimit(.minutes(20)))
struct LineProcessTests {
  @Test func `lines are answered, and the end is waited for`() throws {
    let marker = Marker()
    let echo = try process(
      """
      import sys
      for line in sys.stdin:
        print(line.strip()[::-1])
        if line == "bcd\\n": open("\(marker.path)", "w").close()
      """)
    for number in 0..<200 {
      let answer = try echo.ask("a\(number)", within: 5)
      #expect(answer == String("a\(number)".reversed()))
    }
    try echo.tell("bcd", within: 5)
    try marker.wait()
    #expect(fault { _ = try echo.ask("e", within: 5) } == .unasked("dcb"))
  }

  @Test func `a line larger than every pipe passes both ways`() throws {
    let echo = try process(
      """
      import sys
      for line in sys.stdin: print(len(line), "x" * 900000)
      """)
    let answer = try echo.ask(String(repeating: "y", count: 3_000_000), within: 20)
    #expect(answer.count == "3000001 ".count + 900_000)
    try echo.finishQuietly()
  }

  @Test func `silence, deafness and death are told apart`() throws {
    let silent = try process("import sys\nfor line in sys.stdin: pass")
    #expect(fault { _ = try silent.ask("a", within: 0.3) } == .silent(limit: 0.3))
    let deaf = try process("import time; time.sleep(100)")
    let long = String(repeating: "z", count: 200_000)
    #expect(fault { _ = try deaf.ask(long, within: 0.3) } == .deaf(limit: 0.3))
    let dead = try process("import sys; sys.stdin.readline(); print(5 / 0)")
    #expect(
      fault { _ = try dead.ask("a", within: 10) }
        == .ended(.exited(1), complaint: "ZeroDivisionError: division by zero"))
    let killed = try process("import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 9)")
    #expect(fault { _ = try killed.ask("a", within: 10) } == .ended(.signaled(9), complaint: nil))
    let closed = try process(
      "import os, sys, time; sys.stdin.readline(); os.close(1); time.sleep(100)")
    #expect(fault { _ = try closed.ask("a", within: 10) } == .ended(.stopped, complaint: nil))
  }

  @Test func `babble and what is no text end at a limit`() throws {
    let endless = try process("while True: print('x' * 1000, end='')")
    guard case .longLine(let limit, let start)? = fault({ _ = try endless.ask("a", within: 20) })
    else {
      Issue.record("an endless line is taken")
      return
    }
    #expect(limit == 1 << 20)
    #expect(start == String(repeating: "x", count: 120) + "...")
    let marker = Marker()
    let lines = try process(
      """
      print('babble')
      open('\(marker.path)', 'w').close()
      while True: print('babble')
      """)
    try marker.wait()
    #expect(fault { _ = try lines.ask("a", within: 20) } != nil)
    let latin = try process(
      "import sys; sys.stdin.readline(); sys.stdout.buffer.write(bytes([0xe9, 10]))")
    guard case .notText? = fault({ _ = try latin.ask("a", within: 10) }) else {
      Issue.record("bytes that are no text are taken")
      return
    }
    let complaining = try process(
      "import sys\nwhile True: sys.stderr.write('no ' * 1000)")
    #expect(fault { _ = try complaining.ask("a", within: 0.5) } == .silent(limit: 0.5))
  }

  @Test func `the end is checked`() throws {
    let stays = try process(
      "import sys, time\nfor line in sys.stdin: pass\ntime.sleep(100)")
    #expect(fault { try stays.finish("bye", within: 0.3) } == .stays(limit: 0.3))
    let fails = try process(
      "import sys\nfor line in sys.stdin: pass\nsys.exit('wrong')")
    #expect(
      fault { try fails.finish("bye", within: 10) } == .failed(.exited(1), complaint: "wrong"))
    let talks = try process("import sys\nfor line in sys.stdin: print('more')")
    #expect(fault { try talks.finish("bye", within: 10) } == .unasked("more"))
    let missing = fault { _ = try LineProcess(["no-such-program"], in: "", showsErrors: false) }
    #expect(missing == .notStarted("no program `no-such-program` in PATH"))
    let folder = fault {
      _ = try LineProcess(["python3"], in: "/no/such/folder", showsErrors: false)
    }
    #expect(folder == .notStarted("no folder `/no/such/folder`"))
  }

  @Test func `nothing is left of a process, its children and its pipes`() throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    var numbers: [String] = []
    for ending in 0..<3 {
      let parent = try process(
        """
        import os, subprocess, sys
        child = subprocess.Popen(["sleep", "1000"])
        sys.stdin.readline()
        print(os.getpid(), child.pid)
        sys.stdin.readline()
        """)
      numbers += try parent.ask("who", within: 10).split(separator: " ").map(String.init)
      if ending == 1 { try parent.finish("bye", within: 10) }
    }
    // A value that is gone ends its process; a child of the group is gone once the kernel is through.
    for _ in 0..<100 where numbers.contains(where: isAlive) { Thread.sleep(forTimeInterval: 0.05) }
    #expect(numbers.count == 6)
    #expect(numbers.filter(isAlive).isEmpty)
    let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    // The first process starts the monitor of the library, which keeps a few descriptors.
    #expect(after <= before + 6)
  }

  /// Whether there is a process of this number that is more than a zombie of someone else's.
  private func isAlive(_ number: String) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8) else {
      return false
    }
    return !status.contains("State:\tZ")
  }

  @Test func `many threads have a process each`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let echo = try process("import sys\nfor line in sys.stdin: print(line.strip())")
          for number in 0..<50 {
            let answer = try echo.ask("\(number)", within: 20)
            #expect(answer == "\(number)")
          }
          try echo.finishQuietly()
        }
      }
      try await group.waitForAll()
    }
  }
}

extension LineProcess {
  /// Ends a process that answers its last line too.
  fileprivate func finishQuietly() throws {
    do {
      try finish("bye", within: 20)
    } catch ProcessFault.unasked {
    }
  }
}
