import FlyingFox
import Foundation

/// Answers what a browser asks for: pages, to whoever asks under the name of this machine itself.
struct ViewHandler: HTTPHandler {
  let pages: ViewedPages

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    // A page of elsewhere whose name was made to lead here asks under that name (DNS rebinding).
    guard Self.isOwn(request.headers[.host]) else {
      return Self.answer(.forbidden, "expected the Host 127.0.0.1 or localhost\n", request)
    }
    guard request.method == .GET || request.method == .HEAD else {
      var response = Self.answer(
        HTTPStatusCode(405, phrase: "Method Not Allowed"), "only GET and HEAD are answered\n",
        request)
      response.headers[HTTPHeader("Allow")] = "GET, HEAD"
      return response
    }
    let path = request.target.path(percentEncoded: true)
    guard path != "/favicon.ico" else { return HTTPResponse(statusCode: .noContent) }
    guard let document = await pages.document(at: path) else {
      return Self.answer(.notFound, "there is no such page\n", request)
    }
    let page = await pages.page(of: document)
    let tag = "\"\(page.version)\""
    var response: HTTPResponse
    if request.headers[.ifNoneMatch] == tag {
      response = HTTPResponse(statusCode: .notModified)
    } else {
      let status =
        page.isFault ? HTTPStatusCode(422, phrase: "Unprocessable Content") : HTTPStatusCode.ok
      response = HTTPResponse(
        statusCode: status, body: request.method == .HEAD ? Data() : Data(page.text.utf8))
      response.headers[.contentType] = "text/html; charset=utf-8"
      response.headers[.contentLength] = "\(page.text.utf8.count)"
    }
    response.headers[.eTag] = tag
    return Self.guarded(response)
  }

  /// Whether a request's host is this machine, whatever the port.
  private static func isOwn(_ host: String?) -> Bool {
    guard let host else { return false }
    let parts = host.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.count == 1 || UInt16(parts[1]) != nil else { return false }
    return ["127.0.0.1", "localhost"].contains(parts[0].lowercased())
  }

  private static func answer(
    _ status: HTTPStatusCode, _ text: String, _ request: HTTPRequest
  ) -> HTTPResponse {
    var response = HTTPResponse(
      statusCode: status, body: request.method == .HEAD ? Data() : Data(text.utf8))
    response.headers[.contentType] = "text/plain; charset=utf-8"
    return guarded(response)
  }

  /// With what keeps a browser from showing an answer elsewhere, or as something else.
  private static func guarded(_ response: HTTPResponse) -> HTTPResponse {
    var response = response
    response.headers[.cacheControl] = "no-cache"
    for (name, value) in [
      ("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"),
      ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
    ] { response.headers[HTTPHeader(name)] = value }
    return response
  }
}
