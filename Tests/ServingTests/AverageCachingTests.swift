import Testing

@testable import Serving

/// The average's sums follow the window: the same choices as from the vectors themselves, and work that
/// grows with the queries of a decision, not with the sub-networks of the table.
struct AverageCachingTests {
  private func encodings(
    subnets: Int, subgraphs: Int, _ random: inout RandomStream
  ) throws -> SubgraphEncodings {
    func vectors(_ count: Int, _ random: inout RandomStream) -> [[Int]] {
      (0..<count).map { _ in (0..<6).map { _ in random.index(below: 64) } }
    }
    return try SubgraphEncodings(
      subnets: vectors(subnets, &random), subgraphs: vectors(subgraphs, &random))
  }

  private func table(_ encodings: SubgraphEncodings) throws -> ProfileTable {
    let row = Array(repeating: [1.0], count: encodings.subgraphs.count)
    return try ServingTests.table(
      Array(repeating: row, count: encodings.subnets.count),
      accuracies: Array(repeating: 0.75, count: encodings.subnets.count),
      columns: encodings.subgraphs.indices.map { .init(name: "g\($0)") }, encodings: encodings)
  }

  @Test(arguments: [(1, 1), (5, 1), (5, 3), (7, 11)])
  func choicesAreThoseOfTheVectors(_ window: Int, _ interval: Int) throws {
    let seed: UInt64 = 2023
    var random = RandomStream(seed: seed, name: "average")
    let encodings = try encodings(subnets: 9, subgraphs: 12, &random)
    var policy = try AverageCaching(.init(window: window, interval: interval))
    var held = try policy.prepare(for: table(encodings))
    var queries: [Int] = []
    for query in 1...200 {
      queries.append(random.index(below: 9))
      let now = policy.served(queries[query - 1], holding: held, on: 0, at: ms(0))
      var expected = held
      if query.isMultiple(of: interval) {
        let last = queries.suffix(window)
        // n |n G - sum|^2 is in the order of |G - average|^2.
        let sum = (0..<6).map { place in last.reduce(0) { $0 + encodings.subnets[$1][place] } }
        let distances = encodings.subgraphs.map { vector in
          zip(vector, sum).reduce(0) { result, pair in
            let apart = last.count * pair.0 - pair.1
            return result + apart * apart
          }
        }
        expected = try #require(distances.indices.min { distances[$0] < distances[$1] })
      }
      #expect(now == expected, "seed \(seed), query \(query)")
      held = now
    }
  }

  @Test func workDoesNotGrowWithTheSubNetworks() throws {
    func additions(_ subnets: Int) throws -> Int {
      var random = RandomStream(seed: 7, name: "average")
      var policy = try AverageCaching(.init(window: 8))
      _ = try policy.prepare(for: table(encodings(subnets: subnets, subgraphs: 10, &random)))
      for _ in 0..<1000 {
        _ = policy.served(random.index(below: 4), holding: 0, on: 0, at: ms(0))
      }
      return policy.additions
    }
    let few = try additions(10)
    // Two changed counts for each query at most, each added to every candidate.
    #expect(few <= 2 * 1000 * 10)
    #expect(try additions(200) <= 2 * 1000 * 10)
  }
}
