internal import Dispatch

/// Runs the tasks that watch over child processes on a thread of their own.
///
/// Whoever waits for a process here blocks its thread, which may be one of the few of Swift's own
/// pool: a task that shared them could wait for ever.
final class ProcessExecutor: TaskExecutor {
  static let shared = ProcessExecutor()
  private let queue = DispatchQueue(label: "umemaki.processes")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
