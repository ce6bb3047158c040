import Inputs
import Testing

@Suite struct StrictDecoderTests {
  func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    try StrictDecoder().decode(type, from: YAMLParser.parse(text, file: "t.yaml"))
  }

  @Test func scalars() throws {
    #expect(try decode([Int].self, "[0, -7, +7, 0x1F, 0o17, 0012]") == [0, -7, 7, 31, 15, 12])
    #expect(
      try decode([Double].self, "[1, .5, 2., 1e3, -2.5E-1, 0x10]") == [
        1, 0.5, 2, 1000, -0.25, 16,
      ])
    #expect(try decode([Float].self, "[0.1]") == [0.1])
    #expect(try decode([Bool].self, "[true, false]") == [true, false])
    #expect(try decode([Int?].self, "[1, ~, null]") == [1, nil, nil])
    #expect(
      try decode([String].self, "[yes, '1', 1_000, \"null\", 1.2.3]") == [
        "yes", "1", "1_000", "null", "1.2.3",
      ])
    #expect(try decode(UInt64.self, "18446744073709551615") == .max)
    #expect(try decode(Int8.self, "-128") == -128)
  }

  @Test func structures() throws {
    let chip = try decode(
      Chip.self,
      """
      name: "a b"
      frequency: 2.5
      buffers:
        - {size: 1, energy_pj: 0.5, is_shared: true}
        - {size: 2, energy_pj: ~}
      order: row_major
      levels: {l1Cache: 1, l2_cache: 2}
      """)
    #expect(chip.buffers[0] == Buffer(size: 1, energyPJ: 0.5, isShared: true))
    #expect(chip.buffers[1] == Buffer(size: 2))
    #expect(chip.order == .rowMajor)
    #expect(chip.levels == ["l1Cache": 1, "l2_cache": 2])
    #expect(chip.lanes == nil)
  }

  @Test func alternatives() throws {
    #expect(try decode([Width].self, "[8, wide]") == [Width(bits: 8), Width(bits: 64)])
  }

  @Test func nestedContainers() throws {
    let nested = try decode(Nested.self, "outer: {value: 3}\nlist: [1, 2]")
    #expect(nested.value == 3)
    #expect(nested.sum == 3)
  }

  @Test func superclass() throws {
    let derived = try decode(Derived.self, "second: 2\nsuper: {first: 1}")
    #expect(derived.first == 1)
    #expect(derived.second == 2)
    let error = #expect(throws: InputError.self) {
      try decode(Derived.self, "second: 2\nsuper: {first: 1, third: 3}")
    }
    #expect(
      error?.description
        == "t.yaml:2:19: super: unknown key `third`, expected one of first")
  }

  @Test func rawNodes() throws {
    let kinded = try decode(Kinded.self, "kind: x\nsettings:\n  size: 1\n  any: [2]\n")
    #expect(kinded.settings.path == "settings")
    let error = #expect(throws: InputError.self) {
      try StrictDecoder().decode(
        Buffer.self, from: kinded.settings.node, path: kinded.settings.path)
    }
    #expect(
      error?.description == "t.yaml:4:3: settings: unknown key `any`, "
        + "expected one of energy_pj, is_shared, size")
  }

  @Test func sizesLaterReadAreNoMisspellings() throws {
    struct Box: Decodable { var sizeX: Int, sizeY: Int }
    let error = #expect(throws: InputError.self) { try decode(Box.self, "size_y: 1") }
    #expect(error?.message == "missing key `size_x`")
  }

  @Test func names() {
    #expect(nearestName(to: "frequncy", among: ["buffers", "frequency"]) == "frequency")
    #expect(nearestName(to: "nmae", among: ["name", "size"]) == "name")
    #expect(nearestName(to: "colour", among: ["buffers", "name"]) == nil)
    #expect(nearestName(to: "a", among: []) == nil)
    #expect(nearestName(to: "", among: ["a"]) == "a")
  }
}
