/// Draws of `RandomStream(seed: 1, name: "golden")`; a change here changes every result.
enum Goldens {
  static let words = ["f1c9955aeeca701a", "590d02ab60396535"]
  static let draws = [
    "0.131380026212", "0.496005772821", "-1.232760847112", "0.173910575902", "5.560172550823",
  ]
  static let indices = [19, 62, 5, 23, 99, 26]

  /// FNV-1a of the events of `RegistryTests.aWholeRunIsGolden`.
  static let run = "ac10c05efd537902"
}
