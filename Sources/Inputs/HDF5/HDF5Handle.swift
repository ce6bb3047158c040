internal import CHDF5

/// An identifier of the HDF5 library, closed when it goes out of scope.
///
/// It is made and dropped only inside `HDF5Library.locked`.
struct HDF5Handle: ~Copyable {
  let id: hid_t

  /// Takes over an identifier; nil for the negative one that a failed call gives.
  init?(_ id: hid_t) {
    if id < 0 { return nil }
    self.id = id
  }

  deinit { H5Idec_ref(id) }

  /// Closes the object; false where what it still held cannot be written.
  consuming func close() -> Bool {
    let isClosed = H5Idec_ref(id) >= 0
    discard self
    return isClosed
  }

  /// Leaves the object open for good.
  ///
  /// The library fails with a signal where it closes a file that it could not write.
  consuming func abandon() { discard self }
}
