internal import Dispatch
internal import Glibc
internal import Inputs
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// The life of one child process, between the task that watches over it and the thread that talks to it.
final class ProcessLife: Sendable {
  private struct State {
    /// Becomes readable when the process ends; -1 before the start.
    var descriptor: Int32 = -1
    var process: pid_t = 0
    var failure: String?
    /// How it ended, once it is stopped.
    var end: ProcessFault.End?
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  private let started = DispatchSemaphore(value: 0)

  /// Starts a command in a process group of its own, with these ends of pipes, which are closed here.
  ///
  /// - Returns: A descriptor that becomes readable when the process ends.
  func start(
    _ command: [String], folder: String, input: Int32, output: Int32, errors: Int32
  ) throws(ProcessFault) -> Int32 {
    var options = PlatformOptions()
    options.processGroupID = 0
    let name = command[0]
    let executable: Executable = name.contains("/") ? .path(FilePath(name)) : .name(name)
    Task.detached(executorPreference: ProcessExecutor.shared) { [options] in
      do {
        _ = try await Subprocess.run(
          executable, arguments: Arguments(Array(command.dropFirst())),
          workingDirectory: folder.isEmpty ? nil : FilePath(folder), platformOptions: options,
          input: .fileDescriptor(
            FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
          output: .fileDescriptor(
            FileDescriptor(rawValue: output), closeAfterSpawningProcess: true),
          error: .fileDescriptor(
            FileDescriptor(rawValue: errors), closeAfterSpawningProcess: true)
        ) { execution in
          let process = execution.processIdentifier
          self.hasStarted(
            process.value, fcntl(process.processDescriptor, F_DUPFD_CLOEXEC, 3))
          await self.untilStopped()
        }
      } catch {
        self.hasFailed(Self.reason(error, name: name, folder: folder))
      }
    }
    started.wait()
    return try state.withLock { state throws(ProcessFault) in
      if let failure = state.failure { throw .notStarted(failure) }
      return state.descriptor
    }
  }

  /// Ends the process and all of its group, and waits until it is gone, at most five seconds.
  ///
  /// - Returns: How it ended by itself, `.stopped` where it had not.
  func stop() -> ProcessFault.End {
    let (process, descriptor, end) = state.withLock { ($0.process, $0.descriptor, $0.end) }
    guard process > 0, end == nil else { return end ?? .stopped }
    let own = Self.end(of: process)
    // Not reaped yet, so that the group's number is still its own; whatever it has left goes too.
    kill(-process, SIGKILL)
    Leftovers.remove(group: process)
    // A process in the kernel's hands, such as on a dead network disk, may outlive its signal.
    for _ in 0..<500 where Self.end(of: process) == nil {
      var wish = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&wish, 1, 10)
    }
    let waiter = state.withLock { state in
      state.end = own ?? .stopped
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
    return own ?? .stopped
  }

  /// How the process ended; nil while it runs.
  ///
  /// It is left for the task that watches over it to reap.
  private static func end(of process: pid_t) -> ProcessFault.End? {
    var info = siginfo_t()
    guard waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT | WNOHANG) == 0,
      info._sifields._sigchld.si_pid == process
    else { return nil }
    let status = info._sifields._sigchld.si_status
    return info.si_code == CLD_EXITED ? .exited(status) : .signaled(status)
  }

  private func hasStarted(_ process: pid_t, _ descriptor: Int32) {
    state.withLock { state in
      state.process = process
      state.descriptor = descriptor
    }
    Leftovers.add(group: process)
    started.signal()
  }

  private func hasFailed(_ failure: String) {
    state.withLock { $0.failure = failure }
    started.signal()
  }

  private func untilStopped() async {
    await withCheckedContinuation { waiter in
      let mustStop = state.withLock { state in
        if state.end == nil { state.waiter = waiter }
        return state.end != nil
      }
      if mustStop { waiter.resume() }
    }
  }

  private static func reason(_ error: any Error, name: String, folder: String) -> String {
    guard let error = error as? SubprocessError else { return "\(error)" }
    if error.code == .executableNotFound {
      return name.contains("/") ? "no program at `\(name)`" : "no program `\(name)` in PATH"
    }
    if error.code == .failedToChangeWorkingDirectory { return "no folder `\(folder)`" }
    return "\(error)"
  }
}
