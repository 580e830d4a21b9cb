package org.tramontane.cli.tensorboard;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes the fields of one protobuf message: a key of field number and wire type, then the value.
final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// An `int64`.
  ProtoWriter varint(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  /// A `double`.
  ProtoWriter fixed64(int field, double value) {
    key(field, FIXED64);
    out.writeBytes(little(8).putDouble(value).array());
    return this;
  }

  /// A `float`.
  ProtoWriter fixed32(int field, float value) {
    key(field, FIXED32);
    out.writeBytes(little(4).putFloat(value).array());
    return this;
  }

  /// A `string`.
  ProtoWriter string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /// A message inside of this one.
  ProtoWriter message(int field, ProtoWriter value) {
    return bytes(field, value.toBytes());
  }

  private ProtoWriter bytes(int field, byte[] value) {
    key(field, LENGTH_DELIMITED);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private void key(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
