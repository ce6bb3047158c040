public import Architectures

/// A component and an amount; a list of these keeps the order in which it is printed.
public struct Share<Amount: Hashable & Sendable>: Hashable, Sendable {
  /// What the amount belongs to.
  public let component: ComponentID
  /// What reports call it.
  public let name: String
  /// The amount.
  public let amount: Amount

  /// Makes the share of a component that a file or a datapath calls `name`.
  public init(_ component: ComponentID, _ name: String, _ amount: Amount) {
    self.component = component
    self.name = name
    self.amount = amount
  }

  /// Makes the share of a component that is called the same in every design.
  public init(_ component: ComponentID, _ amount: Amount) {
    self.init(component, component.name, amount)
  }

  /// The share that the same component has of something else.
  public func with(_ amount: Amount) -> Share { Share(component, name, amount) }
}
