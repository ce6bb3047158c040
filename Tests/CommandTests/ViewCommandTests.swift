import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A running `umemaki view`.
private final class Viewer {
  private struct NotThere: Error, CustomStringConvertible {
    let description: String
  }

  private let process = Process()
  private let scratch: Scratch
  /// The port that it printed.
  private(set) var port: UInt16 = 0

  init(_ source: String, _ arguments: [String] = []) throws {
    scratch = try Scratch()
    let output = try scratch.file("output", "")
    let program: URL = try #require(Program.executable, "no built `umemaki` beside the tests")
    let handle: FileHandle = try #require(FileHandle(forWritingAtPath: output))
    process.executableURL = program
    process.arguments = ["view", source] + arguments
    process.currentDirectoryURL = Program.root
    process.standardOutput = handle
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<400 {
      let text = try String(contentsOfFile: output, encoding: .utf8)
      if text.hasSuffix("/\n"), let found = text.dropLast(2).split(separator: ":").last {
        port = try #require(UInt16(found))
        #expect(text == "http://127.0.0.1:\(port)/\n")
        return
      }
      usleep(50_000)
    }
    throw NotThere(description: "no address is printed")
  }

  deinit { if process.isRunning { process.terminate() } }

  /// The exit code after a signal.
  func end(_ signal: Int32) -> Int32 {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -1
  }

  /// The answer to a request, head and body.
  func ask(
    _ line: String, host: String? = nil, _ headers: String = ""
  ) throws -> (head: String, body: String) {
    let host = host ?? "127.0.0.1:\(port)"
    let request = "\(line) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\(headers)\r\n"
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(handle) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw NotThere(description: "nobody answers") }
    _ = request.withCString { write(handle, $0, strlen($0)) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(handle, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[0..<count]
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let end = text.range(of: "\r\n\r\n")
    return (
      String(text[..<(end?.lowerBound ?? text.endIndex)]),
      String(text[(end?.upperBound ?? text.endIndex)...])
    )
  }
}

// Does `view` show what it is given, and nothing else, to this machine alone?
@Suite struct ViewCommandTests {
  private let scratch: Scratch
  private let run: String
  private let sweep: String

  init() throws {
    scratch = try Scratch()
    let workload = try scratch.file("tiny.yaml", Small.workload())
    let file = try scratch.file("sweep.yaml", Small.sweep(workload: workload))
    run = scratch.path("run.json")
    sweep = scratch.path("stored")
    for line in [
      ["sweep", file, "-o", sweep, "--quiet"], ["run", "tpu-like", workload, "-o", run],
    ] {
      let outcome = try Program.run(line)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
  }

  private func tag(_ head: String) -> String {
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("etag: ") }
    return String(line?.dropFirst(6) ?? "")
  }

  @Test func aDocumentHasItsPage() throws {
    let viewer = try Viewer(run)
    let page = try viewer.ask("GET /")
    #expect(page.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(page.head.contains("Content-Type: text/html; charset=utf-8"))
    #expect(page.head.contains("X-Frame-Options: DENY"))
    #expect(page.body.hasPrefix("<!DOCTYPE html>") && page.body.hasSuffix("</html>\n"))
    #expect(page.body.contains("connect-src 'self'"))
    #expect(!tag(page.head).isEmpty)
    #expect(page.body.contains("content=\(tag(page.head))>"))
    // What `report` writes, but for the lines that ask for news.
    let own = try Program.run(["report", run, "--format", "html"]).text
    #expect(own.contains("class=\"headline\"") && !own.contains("connect-src"))
    let head = try viewer.ask("HEAD /")
    #expect(head.body.isEmpty && tag(head.head) == tag(page.head))
    #expect(head.head.contains("Content-Length: \(page.body.utf8.count)"))
    let same = try viewer.ask("GET /", "If-None-Match: \(tag(page.head))\r\n")
    #expect(same.head.hasPrefix("HTTP/1.1 304 ") && same.body.isEmpty)
    #expect(viewer.end(SIGINT) == 0)
  }

  @Test func nothingButPagesIsAnswered() throws {
    let viewer = try Viewer(run)
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
      let answer = try viewer.ask("\(method) /")
      #expect(answer.head.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"), "\(method)")
      #expect(answer.head.contains("Allow: GET, HEAD"))
    }
    for path in [
      "/page/run.json", "/../run.json", "/page/../run.json", "/etc/passwd", "//etc/passwd",
      "/%2e%2e/%2e%2e/etc/passwd", "/page/%2Fetc%2Fpasswd", "/page/..%2frun.json", "*", "run.json",
      "http://127.0.0.1/", "/\u{7F}%00", "/%FF%FE",
    ] {
      let answer = try viewer.ask("GET \(path)")
      #expect(answer.head.hasPrefix("HTTP/1.1 404 Not Found\r\n"), "\(path): \(answer.head)")
      #expect(answer.body == "there is no such page\n")
    }
    // A name that was made to lead to this machine gets nothing.
    for host in [
      "evil.example", "evil.example:\(viewer.port)", "127.0.0.1.evil.example", "[::1]:1:2", "",
    ] {
      let answer = try viewer.ask("GET /", host: host)
      #expect(answer.head.hasPrefix("HTTP/1.1 403 Forbidden\r\n"), "\(host)")
      #expect(answer.body == "expected the Host 127.0.0.1 or localhost\n")
    }
    #expect(
      try viewer.ask("GET /", host: "localhost:\(viewer.port)").head.hasPrefix("HTTP/1.1 200"))
    #expect(viewer.end(SIGTERM) == 0)
  }

  @Test func aFolderListsItsDocumentsAndNoOthers() throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path("deep"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: run, toPath: scratch.path("deep/a & b.json"))
    _ = try scratch.file("other.json", "{\"schema\": \"other\"}")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("outside.json"), withDestinationPath: "/etc/passwd")
    let viewer = try Viewer(scratch.path(""))
    let index = try viewer.ask("GET /")
    #expect(index.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(
      index.body.contains(
        "<a href=\"/page/deep/a%20%26%20b.json\"><bdi>deep/a &amp; b.json</bdi></a>"))
    #expect(index.body.contains("<a href=\"/page/stored\">"))
    #expect(index.body.contains(">umemaki.run/1</td>") && index.body.contains(">sweep</td>"))
    for word in ["other.json", "outside.json", "manifest.json", "store.sqlite", "tiny.yaml"] {
      #expect(!index.body.contains(word), "\(word)")
    }
    #expect(try viewer.ask("GET /page/stored").body.contains("id=\"explore\""))
    #expect(try viewer.ask("GET /page/deep/a%20%26%20b.json").head.hasPrefix("HTTP/1.1 200"))
    for path in [
      "/page/outside.json", "/page/other.json", "/page/stored/manifest.json", "/page/",
      "/page/deep/../run.json", "/page/deep/%2e%2e/run.json", "/page/./run.json",
    ] {
      #expect(try viewer.ask("GET \(path)").head.hasPrefix("HTTP/1.1 404"), "\(path)")
    }
  }

  @Test func aDamagedDocumentIsSaidAtItsPlaceAndTheServerGoesOn() throws {
    let viewer = try Viewer(run)
    let text = try String(contentsOfFile: run, encoding: .utf8)
    let first = try viewer.ask("GET /")
    func write(_ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: run), options: .atomic)
      // A page that was just made rests for a second.
      usleep(1_100_000)
    }
    try write("{\"a\": 1,\n \"a\": 2}")
    let wrong = try viewer.ask("GET /")
    #expect(wrong.head.hasPrefix("HTTP/1.1 422 "))
    #expect(wrong.body.contains("run.json:2:2: no JSON: key `a` is there twice"))
    #expect(tag(wrong.head) != tag(first.head))
    try FileManager.default.removeItem(atPath: run)
    usleep(1_100_000)
    #expect(try viewer.ask("GET /").head.hasPrefix("HTTP/1.1 422 "))
    try write(text)
    let again = try viewer.ask("GET /")
    #expect(
      again.head.hasPrefix("HTTP/1.1 200 OK\r\n") && again.body.contains("class=\"headline\""))
    #expect(viewer.end(SIGINT) == 0)
  }

  @Test func whatCannotBeServedIsSaidPlainly() throws {
    let viewer = try Viewer(sweep)
    let page = try viewer.ask("GET /").body
    #expect(
      page.contains("id=\"explore\"") && page.contains("umemaki report \(sweep) --format html"))
    let taken = try Program.run(["view", run, "--port", "\(viewer.port)"])
    #expect(taken.code == 73 && taken.output.isEmpty)
    #expect(
      taken.errors
        == "port \(viewer.port) is in use by another program; choose another --port, or 0 for any that is "
        + "free\n")
    let missing = try Program.run(["view", scratch.path("none.json")])
    #expect(missing.code == 66)
    #expect(
      missing.errors
        == "\(scratch.path("none.json")): expected a stored document, the folder of a sweep, or a folder of "
        + "those\n")
    let port = try Program.run(["view", run, "--port", "70000"])
    #expect(port.code == 64 && port.errors.contains("--port must be 0 to 65535, found 70000"))
    #expect(viewer.end(SIGINT) == 0)
  }
}
