package org.tramontane.tensor.tornado.internal;

/// A part of a resident array, taken by one owner.
///
/// @param array what it is a part of
/// @param offset its first element
/// @param elements how many were asked for
record Region(DeviceArray array, int offset, long elements) {
  Operand operand() {
    return new Operand(array, offset);
  }
}
