public import WeightAnalysis

/// How the weights of a layer are stored.
public typealias WeightFormat = StoredWeights
