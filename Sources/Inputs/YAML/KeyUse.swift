/// Which keys of one mapping have been asked for.
final class KeyUse {
  /// Whether the mapping was opened by key at all.
  var isOpened = false
  /// Whether the mapping was taken as it is, so that no key of it is unknown.
  var isExempt = false
  /// The names asked for.
  var asked: Set<String> = []

  /// Throws when an entry of the mapping was never asked for, or adds every such entry to the list
  /// of what is wrong.
  func check(_ place: NodePlace) throws(InputError) {
    guard isOpened, !isExempt, case .mapping(let entries) = place.node.content else { return }
    for entry in entries where !asked.contains(entry.key) && !entry.isDefinition {
      let present = Set(entries.map(\.key))
      let advice: String
      if let name = nearestName(to: entry.key, among: Array(asked.subtracting(present))) {
        advice = "did you mean `\(name)`?"
      } else if asked.isEmpty {
        advice = "expected none"
      } else {
        advice = "expected one of \(asked.sorted().joined(separator: ", "))"
      }
      let error = InputError(
        "unknown key `\(entry.key)`, \(advice)", at: entry.keyLocation, path: place.path,
        kind: .unknownKey)
      guard let faults = place.faults else { throw error }
      faults.addUnknown(error, at: place.entryPath(entry.key))
    }
  }
}
