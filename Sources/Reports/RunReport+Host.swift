internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Units

/// What of a run's network runs elsewhere.
extension RunReport {
  /// Its operations, their work and their weights; nothing where all of the network runs here.
  var hostFact: [(String, String)] {
    run.hostWork.names.isEmpty ? [] : [("runs elsewhere", run.hostWork.text)]
  }
}
