internal import CHDF5

/// Reads attributes of an open file, group or dataset.
struct HDF5Attribute {
  /// The most values an attribute may hold.
  static let valueLimit = 1 << 20

  /// The object's identifier.
  let object: hid_t
  /// The file's path, for errors.
  let file: String
  /// The object's path, for errors.
  let path: String

  /// Whether the object has the attribute.
  func has(_ name: String) -> Bool { H5Aexists(object, name) > 0 }

  /// The attribute as one text, nil when it is absent.
  func text(_ name: String) throws(InputError) -> String? {
    guard has(name) else { return nil }
    guard let attribute = HDF5Handle(H5Aopen(object, name, shim_H5P_DEFAULT())),
      let type = HDF5Handle(H5Aget_type(attribute.id))
    else { throw error(name, "cannot be read") }
    guard H5Tget_class(type.id) == H5T_STRING, try count(attribute, name) == 1 else {
      throw error(name, "is not one text")
    }
    if H5Tis_variable_str(type.id) > 0 {
      var pointer: UnsafeMutablePointer<CChar>?
      guard H5Aread(attribute.id, type.id, &pointer) >= 0 else {
        throw error(name, "cannot be read")
      }
      guard let pointer else { return "" }
      defer { H5free_memory(pointer) }
      return String(cString: pointer)
    }
    let size = H5Tget_size(type.id)
    guard size > 0, size <= Self.valueLimit else { throw error(name, "is too long") }
    var bytes = [UInt8](repeating: 0, count: size)
    guard H5Aread(attribute.id, type.id, &bytes) >= 0 else { throw error(name, "cannot be read") }
    var text = bytes.prefix { $0 != 0 }
    if H5Tget_strpad(type.id) == H5T_STR_SPACEPAD {
      while text.last == 0x20 { text.removeLast() }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The attribute as a list of numbers, one for a single value; nil when it is absent.
  func numbers(_ name: String) throws(InputError) -> [Double]? {
    guard has(name) else { return nil }
    guard let attribute = HDF5Handle(H5Aopen(object, name, shim_H5P_DEFAULT())),
      let type = HDF5Handle(H5Aget_type(attribute.id))
    else { throw error(name, "cannot be read") }
    let kind = H5Tget_class(type.id)
    guard kind == H5T_FLOAT || kind == H5T_INTEGER else { throw error(name, "is not a number") }
    var values = [Double](repeating: 0, count: try count(attribute, name))
    if values.isEmpty { throw error(name, "is empty") }
    guard H5Aread(attribute.id, shim_H5T_NATIVE_DOUBLE(), &values) >= 0 else {
      throw error(name, "cannot be read")
    }
    return values
  }

  /// Whether the attribute is there and is not zero, false or empty.
  func flag(_ name: String) throws(InputError) -> Bool {
    guard has(name) else { return false }
    guard let attribute = HDF5Handle(H5Aopen(object, name, shim_H5P_DEFAULT())),
      let type = HDF5Handle(H5Aget_type(attribute.id))
    else { throw error(name, "cannot be read") }
    if H5Tget_class(type.id) == H5T_STRING {
      return !["", "0", "false", "no"].contains(try text(name)?.lowercased() ?? "")
    }
    let kinds = [H5T_INTEGER, H5T_ENUM, H5T_FLOAT, H5T_BITFIELD]
    guard kinds.contains(H5Tget_class(type.id)), try count(attribute, name) == 1 else {
      throw error(name, "is not true or false")
    }
    var bytes = [UInt8](repeating: 0, count: H5Tget_size(type.id))
    guard H5Aread(attribute.id, type.id, &bytes) >= 0 else { throw error(name, "cannot be read") }
    return bytes.contains { $0 != 0 }
  }

  private func count(_ attribute: borrowing HDF5Handle, _ name: String) throws(InputError) -> Int {
    guard let space = HDF5Handle(H5Aget_space(attribute.id)) else {
      throw error(name, "cannot be read")
    }
    let points = H5Sget_simple_extent_npoints(space.id)
    guard points >= 0, points <= Self.valueLimit else { throw error(name, "has too many values") }
    return Int(points)
  }

  private func error(_ name: String, _ message: String) -> InputError {
    InputError("attribute `\(name)` \(message)", file: file, path: path)
  }
}
