import ArgumentParser
import Dispatch
import FlyingFox
import FlyingSocks
import Foundation
import Inputs
import Synchronization

/// `umemaki view`.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "The page of a stored result in a browser, kept up to date.",
    discussion: """
      Prints an address of this machine, which no other can reach, and serves until Ctrl-C. Nothing is
      written. A page loads itself anew when its document changes, with what is selected in it; that of
      a sweep that still runs shows its front growing.

      Of a folder without a sweep, the documents and sweeps in it and in its folders are listed.

      Examples:
        umemaki view results/buffers
        umemaki view run.json --port 8000
        umemaki view .
      """)

  @Argument(
    help: "Folder of a sweep's result, a file that `--format json` wrote, or a folder of those.")
  var source: String

  @Option(help: "Port of the address; 0 for any that is free.")
  var port = 0

  func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("--port must be 0 to 65535, found \(port)")
    }
  }

  func run() throws {
    guard FileManager.default.fileExists(atPath: source) else {
      throw InputError(
        "expected a stored document, the folder of a sweep, or a folder of those",
        file: source, kind: .unreadable)
    }
    let server = HTTPServer(
      address: try sockaddr_in.inet(ip4: "127.0.0.1", port: UInt16(port)), timeout: 600,
      logger: .disabled, handler: ViewHandler(pages: ViewedPages(source)))
    let ending = Ending()
    let signals = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        ending.isWanted.store(true, ordering: .relaxed)
        Task { await server.stop() }
        // Whoever still reads a page does not keep the program.
        DispatchQueue.global().asyncAfter(deadline: .now() + 2) { ending.end(nil) }
      }
      source.resume()
      return source
    }
    defer { signals.forEach { $0.cancel() } }
    Task {
      do {
        try await server.run()
        ending.end(nil)
      } catch {
        ending.end(error)
      }
    }
    Task {
      do {
        try await server.waitUntilListening(timeout: 600)
        guard case .ip4(_, let port)? = await server.listeningAddress else { return }
        try StandardStream.output.write("http://127.0.0.1:\(port)/\n")
      } catch let error as Failure {
        ending.end(error)
      } catch {
        // The server says itself why it does not listen.
      }
    }
    guard let error = ending.wait() else { return }
    throw told(error)
  }

  /// Why a server ended.
  private final class Ending: Sendable {
    /// Whether a signal asked for it.
    let isWanted = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)
    private let error = Mutex<(any Error)?>(nil)

    func end(_ error: (any Error)?) {
      self.error.withLock { $0 = $0 ?? error }
      ended.signal()
    }

    /// Waits, and gives what went wrong; nil after a signal.
    func wait() -> (any Error)? {
      ended.wait()
      return isWanted.load(ordering: .relaxed) ? nil : error.withLock { $0 }
    }
  }

  /// What to say of an error of the server.
  private func told(_ error: any Error) -> any Error {
    guard case .failed(_, let number, let message)? = error as? SocketError else { return error }
    switch number {
    case EADDRINUSE:
      Failure.say(
        "port \(port) is in use by another program; choose another --port, or 0 for any that is free"
      )
    case EACCES:
      Failure.say("port \(port) is not open to this user; choose --port 1024 or above, or 0")
    default: Failure.say("cannot serve on port \(port): \(message)")
    }
    return Failure.said(73)
  }
}
