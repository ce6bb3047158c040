internal import Crypto
internal import Foundation

/// What `umemaki view` shows beside reports: the documents of a folder, and what is wrong with one.
public enum ServedPage {
  /// A document of a folder.
  public struct Entry: Sendable, Hashable {
    /// Its path in the folder.
    public let name: String
    /// Where its page is, percent-encoded.
    public let address: String
    /// What it is, such as `umemaki.run/1`.
    public let kind: String
    /// Makes an entry.
    public init(name: String, address: String, kind: String) {
      self.name = name
      self.address = address
      self.kind = kind
    }
  }

  /// The page of a folder; it loads itself anew once its address has another entity tag than `version`.
  ///
  /// `note` is a sentence below the list, empty for none.
  public static func index(
    _ title: String, _ entries: [Entry], note: String, version: String
  ) -> String {
    let rows = entries.map { entry in
      "<tr><th scope=\"row\" class=\"text\"><a href=\"\(Markup.escaped(entry.address))\">"
        + "<bdi>\(escaped(entry.name))</bdi></a></th>"
        + "<td class=\"text\">\(escaped(entry.kind))</td></tr>\n"
    }
    let table =
      "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\" class=\"text\">Document</th>"
      + "<th scope=\"col\" class=\"text\">Kind</th></tr></thead>\n<tbody>\n\(rows.joined())</tbody>\n"
      + "</table></div>\n"
    return page(
      title,
      entries.isEmpty
        ? "<p>No folder of a sweep is here, and no file that <code>--format json</code> wrote.</p>\n"
        : table + (note.isEmpty ? "" : "<p>\(escaped(note))</p>\n"), version)
  }

  /// The page of a document that cannot be shown, with what is wrong and where.
  public static func fault(_ title: String, _ sentence: String, version: String) -> String {
    page(title, "<pre class=\"fault\" role=\"alert\">\(escaped(sentence))</pre>\n", version)
  }

  private static func escaped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Markup.escaped(Markup.printable(String($0))) }.joined(separator: "\n")
  }

  private static func page(_ title: String, _ body: String, _ version: String) -> String {
    let style = HTMLStyle.sheet
    let script = HTMLScript.watch
    func digest(_ text: String) -> String {
      Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'sha256-\(digest(style))'; script-src 'sha256-\(digest(script))'; connect-src 'self'; \
      base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <meta name="version" content="\(version)">
      <title>\(escaped(title))</title>
      <style>\(style)</style>
      </head>
      <body>
      <header>
      <p class="tool">Umemaki <span id="connection" role="status"></span></p>
      <h1 dir="auto">\(escaped(title))</h1>
      </header>
      <main>
      <section>
      \(body)</section>
      </main>
      <script>\(script)</script>
      </body>
      </html>

      """
  }
}
