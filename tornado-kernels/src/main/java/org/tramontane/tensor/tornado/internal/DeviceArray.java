package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/// An array that TornadoVM keeps on the host and on the device, and when it travels.
///
/// Compared by identity: a graph is made for certain arrays.
final class DeviceArray {
  /// When an array travels.
  enum Travel {
    /// Never: it stays on the device, and tensors live in its regions.
    RESIDENT,
    /// To the device before each execution of a graph that reads it.
    IN,
    /// To the host after each execution of a graph that writes it.
    OUT
  }

  private final TornadoNativeArray array;
  private final Travel travel;

  private DeviceArray(TornadoNativeArray array, Travel travel) {
    this.array = array;
    this.travel = travel;
  }

  static DeviceArray residentFloats(int size) {
    long bytes = TornadoNativeArray.ARRAY_HEADER + 4L * size;
    return new DeviceArray(FloatArray.fromSegmentShallow(HostMemory.zeros(bytes)), Travel.RESIDENT);
  }

  /// Words of 16 bits, two in an int.
  ///
  /// @param size how many words, an even number
  static DeviceArray residentWords(int size) {
    long bytes = TornadoNativeArray.ARRAY_HEADER + 2L * size;
    return new DeviceArray(IntArray.fromSegmentShallow(HostMemory.zeros(bytes)), Travel.RESIDENT);
  }

  /// BF16 numbers that a library reads.
  static DeviceArray residentShorts(int size) {
    long bytes = TornadoNativeArray.ARRAY_HEADER + 2L * size;
    return new DeviceArray(ShortArray.fromSegmentShallow(HostMemory.zeros(bytes)), Travel.RESIDENT);
  }

  static DeviceArray floats(HostArrays hosts, Travel travel, int size) {
    return new DeviceArray(hosts.floats(size), travel);
  }

  /// Words of 16 bits, two in an int.
  ///
  /// @param size how many words, an even number
  static DeviceArray words(HostArrays hosts, Travel travel, int size) {
    return new DeviceArray(hosts.ints(size / 2), travel);
  }

  static DeviceArray ints(HostArrays hosts, Travel travel, int size) {
    return new DeviceArray(hosts.ints(size), travel);
  }

  static DeviceArray doubles(HostArrays hosts, Travel travel, int size) {
    return new DeviceArray(hosts.doubles(size), travel);
  }

  TornadoNativeArray array() {
    return array;
  }

  Travel travel() {
    return travel;
  }

  /// Whether it holds floats, not words.
  boolean isWide() {
    return array instanceof FloatArray;
  }

  FloatArray floats() {
    return (FloatArray) array;
  }

  /// Its words, two in an int.
  IntArray words() {
    return (IntArray) array;
  }

  IntArray ints() {
    return (IntArray) array;
  }

  ShortArray shorts() {
    return (ShortArray) array;
  }

  DoubleArray doubles() {
    return (DoubleArray) array;
  }
}
