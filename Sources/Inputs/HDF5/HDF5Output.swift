internal import CHDF5
import Glibc
import Synchronization

/// A file being written, removed again unless it is finished.
final class HDF5Output {
  private static let serial = Atomic<Int>(0)

  let path: String
  private let temporary: String
  private var file: HDF5Handle?

  /// The open file, nil once it is finished; inside `HDF5Library.locked` only.
  var fileID: hid_t? { file?.id }

  init(_ path: String) throws(InputError) {
    self.path = path
    let number = Self.serial.wrappingAdd(1, ordering: .relaxed).newValue
    temporary = "\(path).\(getpid())-\(number).partial"
    try HDF5Library.locked { () throws(InputError) in
      file = HDF5Handle(shim_create_file(temporary))
      guard file != nil else { throw failure("cannot be created") }
    }
  }

  deinit {
    HDF5Library.locked {
      guard file != nil else { return }
      file = nil
      unlink(temporary)
    }
  }

  /// Closes the file and renames it to its final name.
  func finish() throws(InputError) {
    guard let id = file?.id else { throw failure("is already finished") }
    let isWritten = H5Fflush(id, H5F_SCOPE_GLOBAL) >= 0
    file = nil
    guard isWritten, rename(temporary, path) == 0 else {
      unlink(temporary)
      throw failure("cannot be written")
    }
  }

  func createDataset(
    _ target: HDF5Target, _ compression: TensorCompression?
  ) throws(InputError) {
    let extents = target.dimensions.map { hsize_t($0) }
    guard let id = file?.id,
      let space = HDF5Handle(H5Screate_simple(Int32(extents.count), extents, nil)),
      let list = HDF5Handle(H5Pcreate(shim_H5P_DATASET_CREATE())),
      let links = HDF5Handle(H5Pcreate(shim_H5P_LINK_CREATE())),
      H5Pset_create_intermediate_group(links.id, 1) >= 0,
      H5Pset_obj_track_times(list.id, false) >= 0
    else { throw failure("cannot be created", target.dataset) }
    if let compression {
      var chunk = extents
      chunk[0] = min(chunk[0], hsize_t(compression.kernelsPerChunk))
      guard H5Pset_chunk(list.id, Int32(chunk.count), chunk) >= 0,
        H5Pset_shuffle(list.id) >= 0, H5Pset_deflate(list.id, UInt32(compression.level)) >= 0
      else { throw failure("cannot be compressed", target.dataset) }
    }
    let type = target.type == .int8 ? shim_H5T_STD_I8LE() : shim_H5T_IEEE_F32LE()
    let made = HDF5Handle(
      H5Dcreate2(id, target.dataset, type, space.id, links.id, list.id, shim_H5P_DEFAULT()))
    if made == nil { throw failure("cannot be created", target.dataset) }
  }

  func write(
    _ target: HDF5Target, _ range: Range<Int>, _ bytes: UnsafeRawBufferPointer
  ) throws(InputError) {
    var start = target.dimensions.map { _ in hsize_t(0) }
    var extents = target.dimensions.map { hsize_t($0) }
    start[0] = hsize_t(range.lowerBound)
    extents[0] = hsize_t(range.count)
    let type = target.type == .int8 ? shim_H5T_NATIVE_INT8() : shim_H5T_NATIVE_FLOAT()
    guard let id = file?.id, let dataset = HDF5Handle(shim_open_dataset(id, target.dataset)),
      let space = HDF5Handle(H5Dget_space(dataset.id)),
      H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, extents, nil) >= 0,
      let memory = HDF5Handle(H5Screate_simple(Int32(extents.count), extents, nil)),
      H5Dwrite(dataset.id, type, memory.id, space.id, shim_H5P_DEFAULT(), bytes.baseAddress) >= 0
    else { throw failure("the values cannot be written", target.dataset) }
  }

  func setAttribute(
    _ name: String, _ value: WeightAttribute, dataset: String?
  ) throws(InputError) {
    let refusal = failure("attribute `\(name)` cannot be written", dataset ?? "")
    guard let id = file?.id,
      let object = HDF5Handle(H5Oopen(id, dataset ?? "/", shim_H5P_DEFAULT()))
    else { throw refusal }
    switch value {
    case .text(let text):
      // Of variable length, which readers in Python take for a text and not for bytes.
      guard let type = HDF5Handle(H5Tcopy(shim_H5T_C_S1())),
        H5Tset_size(type.id, shim_H5T_VARIABLE()) >= 0,
        H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0,
        let space = HDF5Handle(H5Screate(H5S_SCALAR))
      else { throw refusal }
      let isWritten = text.withCString { write(object, name, type.id, type.id, space, [$0]) }
      guard isWritten else { throw refusal }
    case .number(let number):
      guard let space = HDF5Handle(H5Screate(H5S_SCALAR)),
        write(object, name, shim_H5T_IEEE_F64LE(), shim_H5T_NATIVE_DOUBLE(), space, [number])
      else { throw refusal }
    case .numbers(let numbers):
      guard let space = HDF5Handle(H5Screate_simple(1, [hsize_t(numbers.count)], nil)),
        write(object, name, shim_H5T_IEEE_F64LE(), shim_H5T_NATIVE_DOUBLE(), space, numbers)
      else { throw refusal }
    }
  }

  func write<Element>(
    _ object: borrowing HDF5Handle, _ name: String, _ stored: hid_t, _ memory: hid_t,
    _ space: borrowing HDF5Handle, _ values: [Element]
  ) -> Bool {
    guard
      let attribute = HDF5Handle(
        H5Acreate2(
          object.id, name, stored, space.id, shim_H5P_DEFAULT(), shim_H5P_DEFAULT()))
    else { return false }
    return values.withUnsafeBytes { H5Awrite(attribute.id, memory, $0.baseAddress) >= 0 }
  }

  func failure(_ message: String, _ dataset: String = "") -> InputError {
    InputError(message, file: path, path: dataset, kind: .unreadable)
  }
}
