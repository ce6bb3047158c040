internal import CHDF5

/// Inspects an open dataset.
struct HDF5Dataset {
  /// The dataset's identifier.
  let id: hid_t
  /// The size of the file in bytes.
  var fileSize = Int.max

  /// The extents; nil for a dataset without a simple space.
  func extents() -> [UInt64]? {
    guard let space = HDF5Handle(H5Dget_space(id)) else { return nil }
    if H5Sget_simple_extent_type(space.id) != H5S_SIMPLE { return [] }
    let rank = H5Sget_simple_extent_ndims(space.id)
    guard rank >= 0 else { return nil }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    guard rank == 0 || H5Sget_simple_extent_dims(space.id, &extents, nil) >= 0 else { return nil }
    return extents.map { UInt64($0) }
  }

  /// Whether the values lie outside this file.
  func isElsewhere() -> Bool {
    guard let list = HDF5Handle(H5Dget_create_plist(id)) else { return true }
    return H5Pget_layout(list.id) == H5D_VIRTUAL || H5Pget_external_count(list.id) > 0
  }

  /// Whether the values, `count` of them, lie in one piece that is shorter than they need.
  func isCutShort(count: UInt64) -> Bool {
    guard let list = HDF5Handle(H5Dget_create_plist(id)), let type = HDF5Handle(H5Dget_type(id))
    else { return true }
    guard H5Pget_layout(list.id) != H5D_CHUNKED else { return false }
    let stored = H5Dget_storage_size(id)
    if stored == 0 { return false }
    let (bytes, isOver) = count.multipliedReportingOverflow(by: UInt64(H5Tget_size(type.id)))
    return isOver || bytes > stored || stored > UInt64(fileSize)
  }

  /// The number format, or a word for what is stored instead.
  func format() -> (type: ElementType?, name: String) {
    guard let type = HDF5Handle(H5Dget_type(id)) else { return (nil, "an unknown type") }
    let size = H5Tget_size(type.id)
    switch H5Tget_class(type.id) {
    case H5T_FLOAT: return Self.float(type, size)
    case H5T_INTEGER:
      let isSigned = H5Tget_sign(type.id) == H5T_SGN_2
      if isSigned, size == 1, H5Tget_precision(type.id) == 8 { return (.int8, "int8") }
      return (nil, (isSigned ? "int" : "uint") + String(size * 8))
    case H5T_STRING: return (nil, "text")
    case H5T_COMPOUND: return (nil, "compound values")
    case H5T_ENUM: return (nil, "an enumeration")
    default: return (nil, "an unknown type")
    }
  }

  private static func float(
    _ type: borrowing HDF5Handle, _ size: Int
  ) -> (type: ElementType?, name: String) {
    var sign = 0
    var exponent = 0
    var exponentSize = 0
    var mantissa = 0
    var mantissaSize = 0
    H5Tget_fields(type.id, &sign, &exponent, &exponentSize, &mantissa, &mantissaSize)
    switch (size, exponentSize, mantissaSize) {
    case (2, 5, 10): return (.float16, "float16")
    case (4, 8, 23): return (.float32, "float32")
    case (8, 11, 52): return (.float64, "float64")
    case (2, 8, 7): return (nil, "bfloat16")
    default: return (nil, "float\(size * 8)")
    }
  }
}
