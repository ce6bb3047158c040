/// The values that a pickle of Python spells, and nothing that it does.
///
/// A pickle is a program for a machine with a stack. Here what it names stays a name and what it calls a
/// call, so that nothing of it is run; those who read weights look for the few calls that make tensors.
///
/// Source: `pickletools.py` of CPython, protocols 0 to 5.
struct Pickle {
  /// A value; others are meant by their places in `values`.
  enum Value {
    /// `None`, numbers with a fraction, bytes: nothing that a tensor is made of.
    case other
    case truth(Bool)
    case integer(Int)
    case text(String)
    /// A list, a tuple or a set.
    case list(List)
    case mapping(Mapping)
    /// `module.name`.
    case global(String)
    /// What lies outside of the pickle, under a key.
    case persistent(Int)
    /// A call, or an object, with what was set on it later.
    case call(Call)
  }

  /// Values in their order, to which more are added in place.
  final class List {
    fileprivate(set) var items: [Int]

    fileprivate init(_ items: [Int] = []) { self.items = items }
  }

  /// Keys and their values, to which more are added in place.
  final class Mapping {
    fileprivate(set) var entries: [(key: Int, value: Int)]

    fileprivate init(_ entries: [(key: Int, value: Int)] = []) { self.entries = entries }
  }

  /// A function or a class and what it is given.
  struct Call {
    let function: Int
    let arguments: Int
    /// What the object is told to become.
    var state: Int?
  }

  /// Everything that was built, in that order.
  private(set) var values: [Value] = []
  /// What the pickle is.
  private(set) var root = 0
  /// The byte behind it.
  private(set) var end = 0

  private var stack: [Int] = []
  private var marks: [Int] = []
  private var memo: [Int: Int] = [:]
  private var reader: PickleReader

  /// Reads the pickle that begins at a byte of `bytes`, which came from `file`.
  init(_ bytes: [UInt8], at start: Int = 0, file: String, path: String) throws(InputError) {
    reader = PickleReader(bytes: bytes, offset: start)
    do throws(PickleFault) {
      while let word = try next() {
        if !(try build(word)), !(try collect(word)), !(try spell(word)) {
          throw PickleFault("the instruction 0x\(String(word, radix: 16)), which no weights need")
        }
      }
      root = try pop()
      end = reader.offset
    } catch {
      throw InputError(
        "byte \(reader.start): no pickle of weights: \(error.message)", file: file, path: path)
    }
  }

  /// The next instruction, nil for the last one.
  private mutating func next() throws(PickleFault) -> UInt8? {
    let word = try reader.instruction()
    return word == UInt8(ascii: ".") ? nil : word
  }

  // MARK: The stack

  private mutating func push(_ value: Value) {
    stack.append(values.count)
    values.append(value)
  }

  private mutating func pop() throws(PickleFault) -> Int {
    guard stack.count > marks.last ?? 0, let top = stack.popLast() else {
      throw PickleFault("takes more than there is")
    }
    return top
  }

  /// The values above the last mark.
  private mutating func popMark() throws(PickleFault) -> [Int] {
    guard let mark = marks.popLast() else { throw PickleFault("takes a mark that is not there") }
    let items = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return items
  }

  private func top() throws(PickleFault) -> Int {
    guard stack.count > marks.last ?? 0, let top = stack.last else {
      throw PickleFault("needs a value and there is none")
    }
    return top
  }

  /// Numbers, texts and names; false for another instruction.
  private mutating func spell(_ word: UInt8) throws(PickleFault) -> Bool {
    if let value = try reader.scalar(word) {
      push(value)
      return true
    }
    switch word {
    case 0x80: try reader.skip(1)
    case 0x95: try reader.skip(8)
    case UInt8(ascii: "c"): push(.global("\(try reader.line()).\(try reader.line())"))
    case 0x93:
      let (name, module) = (try pop(), try pop())
      guard case .text(let last) = values[name], case .text(let first) = values[module] else {
        throw PickleFault("a name that is no text")
      }
      push(.global("\(first).\(last)"))
    case UInt8(ascii: "Q"): push(.persistent(try pop()))
    case UInt8(ascii: "q"): memo[try reader.number(1)] = try top()
    case UInt8(ascii: "r"): memo[try reader.number(4)] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): try recall(try reader.number(1))
    case UInt8(ascii: "j"): try recall(try reader.number(4))
    default: return false
    }
    return true
  }

  private mutating func recall(_ key: Int) throws(PickleFault) {
    guard let place = memo[key] else { throw PickleFault("recalls what was not stored") }
    stack.append(place)
  }

  /// Lists, tuples and mappings; false for another instruction.
  private mutating func collect(_ word: UInt8) throws(PickleFault) -> Bool {
    switch word {
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: ")"), UInt8(ascii: "]"), 0x8F: push(.list(List()))
    case UInt8(ascii: "}"): push(.mapping(Mapping()))
    case UInt8(ascii: "t"), UInt8(ascii: "l"), 0x91: push(.list(List(try popMark())))
    case 0x85...0x87:
      var items: [Int] = []
      for _ in 0x85...word { items.append(try pop()) }
      push(.list(List(items.reversed())))
    case UInt8(ascii: "a"):
      let item = try pop()
      try append([item], to: try top())
    case UInt8(ascii: "e"), 0x90:
      let items = try popMark()
      try append(items, to: try top())
    case UInt8(ascii: "d"):
      let items = try popMark()
      push(.mapping(Mapping()))
      try set(items, in: try top())
    case UInt8(ascii: "s"):
      let (value, key) = (try pop(), try pop())
      try set([key, value], in: try top())
    case UInt8(ascii: "u"):
      let items = try popMark()
      try set(items, in: try top())
    default: return false
    }
    return true
  }

  private mutating func append(_ more: [Int], to place: Int) throws(PickleFault) {
    switch values[place] {
    case .list(let list): list.items += more
    case .call: break
    default: throw PickleFault("appends to what is no list")
    }
  }

  private mutating func set(_ items: [Int], in place: Int) throws(PickleFault) {
    guard items.count.isMultiple(of: 2) else { throw PickleFault("a key without a value") }
    switch values[place] {
    case .mapping(let mapping):
      for index in stride(from: 0, to: items.count, by: 2) {
        mapping.entries.append((items[index], items[index + 1]))
      }
    case .call: break
    default: throw PickleFault("sets a key of what is no mapping")
    }
  }

  /// Calls and objects; false for another instruction.
  private mutating func build(_ word: UInt8) throws(PickleFault) -> Bool {
    switch word {
    case UInt8(ascii: "R"), 0x81:
      let (arguments, function) = (try pop(), try pop())
      if case .global("collections.OrderedDict") = values[function] {
        push(.mapping(Mapping(pairs(arguments))))
      } else {
        push(.call(Call(function: function, arguments: arguments)))
      }
    case 0x92:
      _ = try pop()
      let (arguments, function) = (try pop(), try pop())
      push(.call(Call(function: function, arguments: arguments)))
    case UInt8(ascii: "b"):
      let state = try pop()
      // What an ordered mapping is told beside its entries is of no use.
      if case .call(var call) = values[try top()] {
        call.state = state
        values[try top()] = .call(call)
      }
    default: return false
    }
    return true
  }

  /// The entries of an ordered mapping that is made of a list of pairs, as Python 2 writes it.
  private func pairs(_ arguments: Int) -> [(key: Int, value: Int)] {
    guard case .list(let given) = values[arguments], let first = given.items.first,
      case .list(let list) = values[first]
    else { return [] }
    return list.items.compactMap { item in
      guard case .list(let pair) = values[item], pair.items.count == 2 else { return nil }
      return (pair.items[0], pair.items[1])
    }
  }
}
