internal import Glibc

/// Writing where a reader that is gone must not become a signal.
enum BrokenPipe {
  /// What `body` gives, with its `errno`; a broken pipe is an error and no signal, whatever the program
  /// has set for that signal.
  static func asError(_ body: () -> Int) -> (count: Int, code: Int32) {
    var (pipe, old) = (sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &old)
    let count = body()
    let code = count < 0 ? errno : 0
    if code == EPIPE, sigismember(&old, SIGPIPE) == 0 {
      // The signal waits for this thread; it is taken away before the mask is.
      var none = timespec(tv_sec: 0, tv_nsec: 0)
      sigtimedwait(&pipe, nil, &none)
    }
    pthread_sigmask(SIG_SETMASK, &old, nil)
    return (count, code)
  }
}
