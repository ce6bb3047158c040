/// What of a network runs on the accelerator's host.
package struct HostWorkDocument: Codable, Hashable, Sendable {
  package let operations: [String]
  package let macs: Int?
  package let weightBytes: Int?

  package init(
    operations: [String], macs: Int? = nil, weightBytes: Int? = nil
  ) {
    self.operations = operations
    self.macs = macs
    self.weightBytes = weightBytes
  }
}
