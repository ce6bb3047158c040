#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

/// How large a layer may be, so that its counts fit 64-bit integers: the one place of these limits.
///
/// A layer is refused where it is read unless
/// - every extent is at most 2^30, and a padded extent, with the zeros that a transposed convolution
///   puts between elements, and the span of a dilated kernel below 2^32;
/// - a kernel with gaps between its taps or between the elements under it has at most 4096 taps in
///   a direction;
/// - it has at most 2^40 weights, `K C/groups R S`, and 2^40 elements of padded input, `C` times its
///   padded pixels;
/// - weights times padded pixels, its positions, are at most 2^53.
///
/// What follows for one image: output pixels lie on different padded pixels, so there are at most
/// 2^40 of them; multiply-accumulates, `weights x output pixels`, and outputs, `K x output pixels`,
/// are at most the positions, 2^53; bits of weights or inputs are at most 64 x 2^40 = 2^46, bits of
/// outputs at most 2^59. A batch has at most 256 = 2^8 images: nothing that depends on the layer
/// alone passes 2^61 but bits of outputs and sums, which `CostBound` of the cost model checks together
/// with everything that also depends on the array, the links and the buffers. Counts of all layers of
/// a network are added up: its multiply-accumulates, and with them its outputs and weights, and its
/// elements of padded input are limited to 2^53 as well.
///
/// All products are formed as floating-point numbers before they are compared, so that none of them
/// can overflow on the way.
public enum LayerLimits {
  /// Largest extent: channels, rows, columns, kernels, kernel, stride, groups.
  public static let extent = 1 << 30
  /// Largest number of weights.
  public static let weights = 1 << 40
  /// Largest number of elements of the padded input of one image.
  public static let elements = 1 << 40
  /// Largest product of weights and padded input pixels of a layer.
  ///
  /// A network has as many multiply-accumulates and elements of padded input at most.
  public static let positions = 1 << 53

  /// Most layers of a network with all blocks written out.
  public static let layers = 20_000

  /// Most taps of a direction with gaps between them.
  public static let dilatedTaps = 1 << 12

  /// Why a direction whose numbers are within `extent` is too large or has no window; nil where it
  /// has one.
  public static func fault(of axis: WindowAxis) -> String? {
    let span = Double(axis.dilation) * Double(axis.kernel - 1) + 1
    let padded =
      Double(axis.before) + Double(axis.extent - 1) * Double(axis.spread) + 1 + Double(axis.after)
    guard span <= 0x1p32, padded <= 0x1p32 else {
      return
        "expected a span and a padded extent of at most 2^32, found \(rounded(max(span, padded)))"
    }
    guard axis.isPlain || axis.kernel <= dilatedTaps else {
      return "expected at most \(dilatedTaps) taps with gaps between them, found \(axis.kernel)"
    }
    guard axis.spread == 1 || axis.stride == 1 && axis.spread <= dilatedTaps else {
      return "expected elements spread by at most \(dilatedTaps), found \(axis.spread)"
    }
    return nil
  }

  /// Weights times padded input pixels of one image.
  static func positions(of layer: Layer) -> Double {
    Double(layer.weights) * paddedPixels(of: layer) * Double(layer.maps)
  }

  /// Elements of the padded input of a layer.
  static func elements(of layer: Layer) -> Double {
    Double(layer.channels) * paddedPixels(of: layer) * Double(layer.maps)
  }

  /// Multiply-accumulates of a layer; of gathered rows at least as many.
  static func products(of layer: Layer) -> Double {
    layer.gathered == nil
      ? Double(layer.weights) * Double(layer.outputPixels) * Double(layer.maps)
      : positions(of: layer)
  }

  /// Why a layer whose extents are within `extent` is too large; nil where it is not.
  static func excess(of layer: Layer) -> String? {
    let weights =
      Double(layer.kernels) * Double(layer.channelsPerGroup) * Double(layer.kernelRows)
      * Double(layer.kernelColumns)
    func text(_ limit: Int, _ what: String, _ found: Double) -> String {
      "expected at most 2^\(limit.trailingZeroBitCount) \(what), found \(rounded(found))"
    }
    guard weights <= Double(self.weights) else {
      return text(self.weights, "weights", weights)
    }
    let elements = elements(of: layer)
    guard elements <= Double(self.elements) else {
      return text(self.elements, "elements of padded input", elements)
    }
    let positions = weights * paddedPixels(of: layer) * Double(layer.maps)
    guard positions <= Double(self.positions) else {
      return text(self.positions, "weights times padded input pixels", positions)
    }
    return nil
  }

  private static func paddedPixels(of layer: Layer) -> Double {
    Double(layer.rows.padded) * Double(layer.columns.padded)
  }

  /// Three digits are enough to see by how much a limit is passed.
  private static func rounded(_ value: Double) -> String {
    let power = Int(log10(value).rounded(.down))
    let scale = pow(10, Double(power))
    return "\(((value / scale * 100).rounded() / 100))e\(power)"
  }
}
