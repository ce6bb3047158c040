package import Reports

/// The beginnings of one network in front of the ends of another.
package struct StitchDocument: Document, Hashable {
  package static let schema = "umemaki.stitch/1"

  /// One pair of cuts.
  package struct Stitch: Codable, Hashable, Sendable {
    /// Blocks of the first network, from 1.
    package let first: Int
    /// Blocks of the second network that are left out.
    package let second: Int
    package let macs: Int
    package let latencyS: Double
    /// In the unit of the energy table.
    package let energy: Double
    /// Share of the latency that the stitching layer takes.
    package let stitchShare: Double
    /// Divergence over the second network's own; nil without probes.
    @OrNull package var gamma: Double?
    /// Bucket of multiply-accumulates, and of what was asked for.
    package let macsBucket: Int
    package let bucket: Int
    /// Whether it is kept where buckets are of multiply-accumulates; nil without probes.
    @OrNull package var keptByMacs: Bool?
    /// The same with buckets of what was asked for.
    @OrNull package var kept: Bool?

    package init(
      first: Int, second: Int, macs: Int, latencyS: Double, energy: Double, stitchShare: Double,
      gamma: Double?, macsBucket: Int, bucket: Int, keptByMacs: Bool?, kept: Bool?
    ) {
      self.first = first
      self.second = second
      self.macs = macs
      self.latencyS = latencyS
      self.energy = energy
      self.stitchShare = stitchShare
      self.gamma = gamma
      self.macsBucket = macsBucket
      self.bucket = bucket
      self.keptByMacs = keptByMacs
      self.kept = kept
    }
  }

  package let architecture: String
  package let first: String
  package let second: String
  package let by: String
  package let buckets: Int
  package let tau: Double
  package let energyUnit: String
  package let stitches: [Stitch]
  /// Pairs of cuts where more than one map goes on, which are no stitches.
  package let leftOut: Int
  package let provenance: Provenance

  package init(
    architecture: String, first: String, second: String, by: String, buckets: Int, tau: Double,
    energyUnit: String, stitches: [Stitch], leftOut: Int, provenance: Provenance
  ) {
    self.architecture = architecture
    self.first = first
    self.second = second
    self.by = by
    self.buckets = buckets
    self.tau = tau
    self.energyUnit = energyUnit
    self.stitches = stitches
    self.leftOut = leftOut
    self.provenance = provenance
  }
}
