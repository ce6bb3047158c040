internal import Inputs

/// A published or measured reference and how the model is put beside it.
protocol ValidationReference: Sendable {
  /// Name on the command line.
  static var name: String { get }
  /// Where the figures come from.
  static var source: String { get }
  /// Every quantity that is compared.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement]
}

/// The references that `umemaki validate` knows.
enum ValidationReferences {
  /// The list; a new reference is one line here.
  static let all: [any ValidationReference.Type] = [
    SushiAccelOnZCU104.self, SCALESimResNet50.self, SCALESimClosedForms.self, STONNESigma.self,
    CycleSteppedTwins.self, ReleasedNetworks.self, NoteTenLatencies.self, SushiHeadline.self,
    DPUOnZCU104.self, STONNETPU.self, EyerissAlexNet.self, EyerissVGG16.self, NVDLAEstimates.self,
    EIEImbalance.self,
    PLUMHeadline.self, MapsOnChip.self, ZigZagLayers.self, LanguageModelDevices.self,
    ServedRequests.self,
  ]
}
