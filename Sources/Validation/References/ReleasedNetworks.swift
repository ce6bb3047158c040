internal import Architectures
internal import Components
internal import Networks

/// Released sub-networks of Once-for-All: sizes as the authors print them.
enum ReleasedNetworks: ValidationReference {
  static let name = "ofa-networks"
  static let source = "Once-for-All (ICLR 2020), README of the release"

  /// Printed multiply-accumulates have three digits or fewer; one configuration differs from its print.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    var (macs, parameters, outlier) = ([Agreement.Pair](), [Agreement.Pair](), [Agreement.Pair]())
    for row in try files.rows("SpecsTests/References/published.csv") {
      let (name, space) = (try row.text("subnet"), try row.text("space"))
      let network = try files.workload(space).network(subnet: name)
      let pair = Agreement.Pair(try row.real("published_macs_m"), Double(network.macs) / 1e6)
      if name == "ofa-note10-08" { outlier.append(pair) } else { macs.append(pair) }
      parameters.append(
        Agreement.Pair(
          try row.real("published_params_m"), (Double(network.parameters) / 1e5).rounded() / 10))
    }
    return [
      Agreement("parameters, printed digit", .exact, parameters),
      Agreement("multiply-accumulates", .each(0.01), macs),
      Agreement(
        "multiply-accumulates of ofa-note10-08",
        .gap("the released configuration has fewer than its README prints"), outlier),
    ]
  }
}
