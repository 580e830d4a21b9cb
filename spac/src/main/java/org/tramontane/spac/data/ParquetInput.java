package org.tramontane.spac.data;

import dev.hardwood.InputFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A Parquet file that is read, not mapped: a file that somebody cuts off while it is read gives an error, where a
/// mapped one would end the JVM inside a native decompressor.
final class ParquetInput implements InputFile {
  private final Path file;
  private @Nullable FileChannel channel;

  ParquetInput(Path file) {
    this.file = file;
  }

  @Override
  public void open() throws IOException {
    if (channel == null) {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    }
  }

  @Override
  public ByteBuffer readRange(long offset, int length) throws IOException {
    FileChannel open = opened();
    if (offset < 0 || length < 0 || offset > open.size() - length) {
      throw new EOFException(
          length + " bytes at " + offset + " are outside of a file of " + open.size() + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    while (bytes.hasRemaining()) {
      if (open.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  @Override
  public long length() throws IOException {
    return opened().size();
  }

  private FileChannel opened() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      throw new IOException(file + " is not open");
    }
    return open;
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
