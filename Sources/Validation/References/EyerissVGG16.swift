internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks

/// The convolutions of VGG-16 on the Eyeriss chip: their mapping only.
enum EyerissVGG16: ValidationReference {
  static let name = "eyeriss-vgg16"
  static let source = "Chen et al., JSSC 52(1), 2017, Table VI: the chip, active elements, batch 3"

  /// Active elements of the thirteen layers: counts, so they have to be equal.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let model = LayerCostModel(try files.design("eyeriss-v1"))
    let network = try files.workload("vgg16").network(subnet: nil)
    let rows = try files.rows("ValidationTests/References/eyeriss-vgg16/reference.csv")
    let pairs = try rows.map { row in
      let name = try row.text("workload_layer")
      guard let layer = network.layers.first(where: { $0.name == name }),
        let layout = model.cost(of: layer, batch: 3).cost?.mapping?.rowStationary
      else { throw InputError("eyeriss-v1 does not run `\(name)` of vgg16", file: nil) }
      return Agreement.Pair(try row.real("active_elements"), Double(layout.activeElements))
    }
    return [Agreement("active elements", .exact, pairs)]
  }
}
