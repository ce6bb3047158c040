import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads a text with a strict XML parser.
struct XMLChecker {
  func isWellFormed(_ text: String) throws -> Bool {
    let parser = XMLParser(data: Data(text.utf8))
    return parser.parse()
  }
}
