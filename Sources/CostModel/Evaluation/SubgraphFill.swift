/// What a persistent buffer is filled with first: the greedy rule's measure of a slice.
///
/// What a slice saves is what the model finds for a batch of one, with the slice on chip and without,
/// summed over the networks of a mix as often as each is served. Per byte of the buffer, the largest
/// saving goes first; equal ones go to the later layer, then to the larger slice.
public enum SubgraphFill: String, Codable, CaseIterable, Sendable {
  /// Cycles of the layers: memory-bound layers first.
  case cycles
  /// Bytes that cross the pins to and from DRAM: weights that are read most often first, whatever
  /// time that takes. Weights that are read once save their own bytes, so all of them are worth the
  /// same and the buffer is filled from the network's end.
  case bytes
}
