internal import CHDF5

/// Reads one open dataset whole; inside `HDF5Library.locked` only.
struct ArrayReading {
  let id: hid_t
  let file: String
  let name: String

  func array() throws(InputError) -> StoredArray {
    let dataset = HDF5Dataset(id: id, fileSize: try InputFile.check(file))
    guard let extents = dataset.extents() else { throw damaged }
    var count = 1
    for extent in extents {
      let (product, isOver) = count.multipliedReportingOverflow(by: Int(clamping: extent))
      guard !isOver, product <= ArrayFile.valueLimit else {
        throw error("has more than \(ArrayFile.valueLimit) values")
      }
      count = product
    }
    guard !dataset.isElsewhere() else { throw error("keeps its values in another file") }
    if let reason = HDF5Filter.missing(of: dataset) { throw error(reason) }
    guard !dataset.isCutShort(count: UInt64(count)) else { throw damaged }
    let units = try HDF5Attribute(object: id, file: file, path: name).text("units")
    return StoredArray(
      name, dimensions: extents.map { Int($0) }, axes: extents.map { _ in "" }, units: units,
      values: try values(count, dataset.format().name))
  }

  private func values(_ count: Int, _ format: String) throws(InputError) -> StoredArray.Values {
    guard let type = HDF5Handle(H5Dget_type(id)) else { throw damaged }
    let size = H5Tget_size(type.id)
    switch H5Tget_class(type.id) {
    case H5T_FLOAT where size <= 8:
      return .float64(try numbers(count, 0, shim_H5T_NATIVE_DOUBLE()))
    // A whole number of 64 bits without a sign may not fit.
    case H5T_INTEGER where size < 8 || H5Tget_sign(type.id) == H5T_SGN_2 && size == 8:
      return .int64(try numbers(count, 0, shim_H5T_NATIVE_INT64()))
    case H5T_STRING: return .text(try texts(count, type, size))
    default: throw error("holds \(format), expected numbers or texts")
    }
  }

  private func numbers<Number: BitwiseCopyable>(
    _ count: Int, _ zero: Number, _ type: hid_t
  ) throws(InputError) -> [Number] {
    var values = [Number](repeating: zero, count: count)
    guard count > 0 else { return [] }
    guard H5Dread(id, type, shim_H5S_ALL(), shim_H5S_ALL(), shim_H5P_DEFAULT(), &values) >= 0
    else { throw damaged }
    return values
  }

  private func texts(
    _ count: Int, _ type: borrowing HDF5Handle, _ size: Int
  ) throws(InputError) -> [String] {
    var found: [String] = []
    if H5Tis_variable_str(type.id) > 0 {
      let none: UnsafeMutablePointer<CChar>? = nil
      let pointers = try numbers(count, none, type.id)
      defer { for pointer in pointers { H5free_memory(pointer) } }
      for pointer in pointers {
        guard let pointer else {
          found.append("")
          continue
        }
        guard let text = String(validatingCString: pointer) else { throw notText }
        found.append(text)
      }
      return found
    }
    guard size > 0, size <= HDF5Attribute.valueLimit, count <= ArrayFile.valueLimit / size else {
      throw error("holds texts that are too long")
    }
    let bytes = try numbers(count * size, UInt8(0), type.id)
    let isSpacePadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
    for index in 0..<count {
      var part = bytes[index * size..<(index + 1) * size].prefix { $0 != 0 }
      while isSpacePadded, part.last == 0x20 { part.removeLast() }
      guard let text = String(validating: part, as: UTF8.self) else { throw notText }
      found.append(text)
    }
    return found
  }

  private var notText: InputError { error("holds a text that is not valid UTF-8") }
  private var damaged: InputError { error("cannot be read, the file is damaged") }
  private func error(_ message: String) -> InputError {
    InputError(message, file: file, path: name)
  }
}
