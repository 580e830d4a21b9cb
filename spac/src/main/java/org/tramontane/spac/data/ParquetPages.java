package org.tramontane.spac.data;

import dev.hardwood.metadata.ColumnMetaData;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.tramontane.tensor.UserError;

/// Goes over the headers of a column chunk's pages before a decoder does: a header says how much to allocate, and four
/// bytes of it are enough to ask for 2 GiB.
///
/// Headers are Thrift structs in the compact protocol; of a `PageHeader` the fields 2, `uncompressed_page_size`, and 3,
/// `compressed_page_size`, are read and all others are skipped.
final class ParquetPages {
  /// Bytes of a page once it is decompressed; writers make pages of about one MiB.
  private static final int MAX_PAGE = 1 << 28;

  /// How much a page may grow; text rarely reaches 20.
  private static final long MAX_RATIO = 2_000;

  /// Headers are read in stretches of this length; statistics in them may be long.
  private static final int MAX_HEADER = 1 << 16;

  private static final int MAX_DEPTH = 8;

  private final ParquetInput file;
  private final String name;

  ParquetPages(ParquetInput file, String name) {
    this.file = file;
    this.name = name;
  }

  /// Checks the pages of a column chunk.
  ///
  /// @throws UserError if one claims more than is there
  void check(ColumnMetaData column) throws IOException {
    Long dictionary = column.dictionaryPageOffset();
    long at = column.dataPageOffset();
    if (dictionary != null && dictionary > 0) {
      at = Math.min(at, dictionary);
    }
    long end = Math.min(at + column.totalCompressedSize(), file.length());
    while (at < end) {
      int length = (int) Math.min(MAX_HEADER, file.length() - at);
      ByteBuffer header = file.readRange(at, length);
      Sizes sizes;
      try {
        sizes = sizes(header);
      } catch (BufferUnderflowException | IllegalArgumentException e) {
        throw broken(at, "its header is cut off or is none");
      }
      if (sizes.compressed() < 0 || sizes.compressed() > file.length() - at) {
        throw broken(at, "it claims " + sizes.compressed() + " bytes in the file");
      }
      if (sizes.raw() < 0
          || sizes.raw() > MAX_PAGE
          || sizes.raw() > (sizes.compressed() + 16L) * MAX_RATIO) {
        throw broken(
            at, "it claims " + sizes.raw() + " bytes from " + sizes.compressed() + " in the file");
      }
      at += header.position() + sizes.compressed();
    }
  }

  private UserError broken(long at, String why) {
    return new UserError(name + ": broken Parquet: the page at byte " + at + ": " + why);
  }

  private record Sizes(long raw, long compressed) {}

  private static Sizes sizes(ByteBuffer in) {
    long raw = -1;
    long compressed = -1;
    int field = 0;
    for (int head = in.get() & 0xff; head != 0; head = in.get() & 0xff) {
      field = head >>> 4 == 0 ? (int) zigzag(varint(in)) : field + (head >>> 4);
      switch (field) {
        case 2 -> raw = zigzag(varint(in));
        case 3 -> compressed = zigzag(varint(in));
        default -> skip(in, head & 0xf, 0);
      }
    }
    return new Sizes(raw, compressed);
  }

  /// Goes past a value of Thrift's compact protocol.
  private static void skip(ByteBuffer in, int type, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("nested too deep");
    }
    switch (type) {
      case 1, 2 -> {} // a boolean is its type
      case 3 -> in.get();
      case 4, 5, 6 -> varint(in);
      case 7 -> in.position(in.position() + Double.BYTES);
      case 8 -> {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
          throw new IllegalArgumentException("a text of " + length + " bytes");
        }
        in.position(in.position() + (int) length);
      }
      case 9, 10 -> skipList(in, depth);
      case 12 -> {
        for (int head = in.get() & 0xff; head != 0; head = in.get() & 0xff) {
          if (head >>> 4 == 0) {
            varint(in);
          }
          skip(in, head & 0xf, depth + 1);
        }
      }
      default -> throw new IllegalArgumentException("no type " + type);
    }
  }

  private static void skipList(ByteBuffer in, int depth) {
    int head = in.get() & 0xff;
    long size = head >>> 4 == 15 ? varint(in) : head >>> 4;
    if (size < 0 || size > in.remaining()) {
      throw new IllegalArgumentException("a list of " + size);
    }
    int type = head & 0xf;
    for (long i = 0; i < size; i++) {
      if (type == 1 || type == 2) {
        in.get();
      } else {
        skip(in, type, depth + 1);
      }
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }

  private static long zigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }
}
