package org.tramontane.cli.tensorboard;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.zip.CRC32C;
import org.tramontane.tensor.UserError;

/// A file of scalars that TensorBoard reads: one `Event` per step, each as a TFRecord.
///
/// A record is the payload's length (u64, little-endian), the masked CRC32C of these eight bytes, the payload, and the
/// masked CRC32C of the payload. An `Event` has `wall_time = 1` (double), `step = 2` (int64), and `file_version = 3`
/// (the first event) or `summary = 5`, whose values (`value = 1`) have `tag = 1` and `simple_value = 2` (float).
/// Sources: TensorFlow's `record_writer.h`, `event.proto` and `summary.proto`.
public final class EventFile implements AutoCloseable {
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int MASK_DELTA = 0xa282ead8;

  private final Path file;
  private final Clock clock;
  private final OutputStream out;

  private EventFile(Path file, Clock clock, OutputStream out) {
    this.file = file;
    this.clock = clock;
    this.out = out;
  }

  /// A new file in a folder, under a name that TensorBoard looks for.
  ///
  /// @throws UserError if it can't be written
  public static EventFile in(Path folder, Clock clock) {
    Path file =
        folder.resolve("events.out.tfevents." + clock.instant().getEpochSecond() + ".tramontane");
    try {
      OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE));
      EventFile events = new EventFile(file, clock, out);
      events.write(events.event().string(FILE_VERSION, "brain.Event:2"));
      return events;
    } catch (IOException e) {
      throw new UserError(file + " can't be written: " + e.getMessage(), e);
    }
  }

  /// A file that goes on after its last event.
  ///
  /// @throws UserError if it can't be written
  public static EventFile append(Path file, Clock clock) {
    try {
      return new EventFile(
          file,
          clock,
          new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.APPEND)));
    } catch (IOException e) {
      throw new UserError(file + " can't be written: " + e.getMessage(), e);
    }
  }

  /// Where it lies.
  public Path path() {
    return file;
  }

  /// Adds values of a step, and makes sure that they are in the file.
  ///
  /// @param step from 1, counted over all rounds
  /// @param values by tag, such as `train/loss`
  public void scalars(long step, Map<String, Double> values) {
    ProtoWriter summary = new ProtoWriter();
    values.forEach(
        (tag, value) ->
            summary.message(
                VALUE,
                new ProtoWriter().string(TAG, tag).fixed32(SIMPLE_VALUE, value.floatValue())));
    write(event().varint(STEP, step).message(SUMMARY, summary));
  }

  private ProtoWriter event() {
    return new ProtoWriter().fixed64(WALL_TIME, clock.millis() / 1e3);
  }

  private void write(ProtoWriter event) {
    byte[] payload = event.toBytes();
    byte[] length = little(8).putLong(payload.length).array();
    try {
      out.write(length);
      out.write(little(4).putInt(maskedCrc(length)).array());
      out.write(payload);
      out.write(little(4).putInt(maskedCrc(payload)).array());
      out.flush();
    } catch (IOException e) {
      throw new UserError(file + " can't be written: " + e.getMessage(), e);
    }
  }

  /// A CRC32C rotated right by 15 and shifted by a constant, so that checksums of data with checksums in them stay
  /// good.
  private static int maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UserError(file + " can't be written: " + e.getMessage(), e);
    }
  }
}
