import Architectures
import Testing

@testable import Studies

// Does every figure of serving experiments stand in their documents, counts as counts?
@Suite struct FigurePlaceTests {
  /// The names of the figures of a part that a document asks for, and of those asked for as counts.
  private struct Asked: Equatable {
    var amounts: [String] = []
    var counts: [String] = []

    var sorted: Asked { Asked(amounts: amounts.sorted(), counts: counts.sorted()) }

    init(amounts: [String] = [], counts: [String] = []) {
      (self.amounts, self.counts) = (amounts, counts)
    }

    init(listed part: ServingFigure.Part, _ unit: EnergyUnit) {
      let all = ServingFigure.all(unit).filter { $0.parts.contains(part) }
      amounts = all.filter { $0.form != .count }.map(\.name).sorted()
      counts = all.filter { $0.form == .count }.map(\.name).sorted()
    }
  }

  @Test(arguments: EnergyUnit.allCases)
  func everyFigureHasAPlace(unit: EnergyUnit) {
    var (whole, classes, devices) = (Asked(), Asked(), Asked())
    _ = ServingFigure.ofRun(
      unit,
      amount: { (figure: ServingFigure) -> Double? in
        whole.amounts.append(figure.name)
        return nil
      },
      count: { (figure: ServingFigure) -> Int? in
        whole.counts.append(figure.name)
        return nil
      })
    _ = ServingFigure.ofQueries(
      amount: { (figure: ServingFigure) -> Double? in
        classes.amounts.append(figure.name)
        return nil
      },
      count: { (figure: ServingFigure) -> Int? in
        classes.counts.append(figure.name)
        return nil
      })
    _ = ServingFigure.ofDevices(
      unit,
      amount: { (figure: ServingFigure) -> Double? in
        devices.amounts.append(figure.name)
        return nil
      },
      count: { (figure: ServingFigure) -> Int? in
        devices.counts.append(figure.name)
        return nil
      })
    #expect(whole.sorted == Asked(listed: .whole, unit))
    #expect(classes.sorted == Asked(listed: .classes, unit))
    #expect(devices.sorted == Asked(listed: .devices, unit))
  }
}
