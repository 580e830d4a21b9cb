package org.tramontane.tensor.tornado.internal;

/// A kernel's operand on the device.
///
/// @param array what it is in
/// @param offset its first element there
record Operand(DeviceArray array, int offset) {
  /// The operand that begins `elements` further on.
  Operand plus(long elements) {
    return new Operand(array, Math.toIntExact(offset + elements));
  }
}
