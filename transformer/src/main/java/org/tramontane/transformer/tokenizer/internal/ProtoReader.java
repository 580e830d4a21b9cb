package org.tramontane.transformer.tokenizer.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.tramontane.tensor.UserError;

/// Reads protocol-buffer fields from a byte range and never past its end.
///
/// Loop: while [#next] is true, look at [#field] and read the value with the method that fits, or [#skip] it.
final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final Path file;
  private final ByteBuffer bytes;
  private int field;
  private int wireType;

  ProtoReader(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Moves to the next field; false at the end.
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = rawVarint();
    wireType = (int) (tag & 7);
    field = (int) (tag >>> 3);
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw broken("field number " + (tag >>> 3) + " is not allowed");
    }
    return true;
  }

  int field() {
    return field;
  }

  long varint() {
    expect(VARINT, "a number");
    return rawVarint();
  }

  boolean bool() {
    return varint() != 0;
  }

  float fixedFloat() {
    expect(FIXED32, "a 32-bit float");
    require(4);
    return bytes.getFloat();
  }

  String string() {
    ByteBuffer slice = slice();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    } catch (CharacterCodingException e) {
      throw new UserError(message("field " + field + " is not valid UTF-8"), e);
    }
  }

  ProtoReader message() {
    return new ProtoReader(file, slice());
  }

  int byteLength() {
    return slice().remaining();
  }

  void skip() {
    switch (wireType) {
      case VARINT -> rawVarint();
      case FIXED64 -> advance(8);
      case BYTES -> slice();
      case FIXED32 -> advance(4);
      default -> throw broken("wire type " + wireType + " is not allowed");
    }
  }

  private ByteBuffer slice() {
    expect(BYTES, "a string or message");
    long length = rawVarint();
    if (length < 0 || length > bytes.remaining()) {
      throw broken(
          "field "
              + field
              + " has length "
              + length
              + " but "
              + bytes.remaining()
              + " bytes are left");
    }
    ByteBuffer slice = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return slice;
  }

  private long rawVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      require(1);
      byte b = bytes.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw broken("a number is longer than 10 bytes");
  }

  private void advance(int count) {
    require(count);
    bytes.position(bytes.position() + count);
  }

  private void require(int count) {
    if (bytes.remaining() < count) {
      throw broken("it ends in the middle of a field");
    }
  }

  private void expect(int expected, String what) {
    if (wireType != expected) {
      throw broken("field " + field + " should be " + what + ", found wire type " + wireType);
    }
  }

  private UserError broken(String why) {
    return new UserError(message(why));
  }

  private String message(String why) {
    return file + ": not a whole SentencePiece model (" + why + "); fetch the file again";
  }
}
