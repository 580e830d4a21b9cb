package org.tramontane.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Files that lie. Each must end in one line that names file and cause.
class HostileHeaderTest {
  @TempDir Path folder;

  private Path file(long claimedLength, byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(claimedLength).put(header);
    return Files.write(folder.resolve("x.safetensors"), bytes.array());
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    return file(bytes.length, bytes, dataBytes);
  }

  private void assertRefused(Path file, String cause) {
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> SafetensorsFile.open(file, arena))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("x.safetensors")
          .hasMessageContaining(cause)
          .message()
          .doesNotContain("\n");
    }
  }

  /// Single quotes stand for double ones, and `;` for a comma.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | 12 | tensor 'b' overlaps",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 4 | outside of the 4 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 12 | truncated or damaged",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | leaves bytes 0 to 4",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | 8 | outside",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}} | 8 | integers of 0 or more",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0.0,8.0]}} | 8 | integers of 0 or more",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,16]}} | 8 | up to 2 integers",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}} | 8 | two data_offsets",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,99999999999999999999]}} | 8 | integers of 0 or more",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | 8 | needs 12 bytes",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | 8 | integers of 0 or more",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | 8 | impossible shape",
        "{'a':{'dtype':'F32','shape':[1152921504606846976],'data_offsets':[0,8]}} | 8 | overflows",
        "{'a':{'dtype':'F32','shape':'2','data_offsets':[0,8]}} | 8 | not an array",
        "{'a':{'dtype':'F33','shape':[2],'data_offsets':[0,8]}} | 8 | unknown dtype 'F33'",
        "{'a':{'dtype':32,'shape':[2],'data_offsets':[0,8]}} | 8 | not a string",
        "{'a':{'shape':[2],'data_offsets':[0,8]}} | 8 | needs dtype",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}} | 8 | unknown key 'x'",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | Duplicate field 'a'",
        "{'a':{'dtype':'F32','dtype':'F16','shape':[1],'data_offsets':[0,4]}} | 4 | Duplicate field",
        "{'a':[1]} | 0 | not an object",
        "{'a\\nb':[1]} | 0 | 'a\\u000Ab' is not an object",
        "{'a\\u001b[31m':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}} | 4 | tensor 'a\\u001B[31m'",
        "{'a':{'dtype':'F\\n33','shape':[1],'data_offsets':[0,4]}} | 4 | unknown dtype 'F\\u000A33'",
        "{'a':{'x\\ny':1}} | 0 | unknown key 'x\\u000Ay'",
        "{'a\\nb':{'dtype':'U8','shape':[0],'data_offsets':[0,0]},'a\\nb':1} | 0 | Duplicate field 'a\\u000Ab'",
        "{'__metadata__':{'a\\nb':1}} | 0 | not a string",
        "{'__metadata__':{'a':1}} | 0 | not a string",
        "[] | 0 | not a JSON object",
        "{} {} | 0 | goes on",
        "{'a': | 0 | not valid JSON",
        "{'a':{'dtype':[[[[[[[[[[[[1]]]]]]]]]]]]}} | 0 | not a string",
      })
  void header(String header, int dataBytes, String cause) throws IOException {
    assertRefused(file(header.replace('\'', '"'), dataBytes), cause);
  }

  @Test
  void lengthPastTheFile() throws IOException {
    assertRefused(file(1000, "{}".getBytes(StandardCharsets.UTF_8), 0), "only 2 follow");
  }

  @Test
  void hugeAndNegativeLength() throws IOException {
    assertRefused(file(1L << 40, new byte[2], 0), "1099511627776 bytes");
    assertRefused(file(-1, new byte[2], 0), "18446744073709551615 bytes");
  }

  @Test
  void noHeaderAtAll() throws IOException {
    Files.write(folder.resolve("x.safetensors"), new byte[7]);
    assertRefused(folder.resolve("x.safetensors"), "no header");
    assertRefused(
        folder.resolve("x.safetensors").resolveSibling("y").resolve("x.safetensors"),
        "does not exist");
  }

  @Test
  void aLongNameDoesNotFillTheScreen() throws IOException {
    Path file = file("{\"" + "n".repeat(60_000) + "\":1}", 0);
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> SafetensorsFile.open(file, arena))
          .isInstanceOf(UserError.class)
          .message()
          .contains("(60000 characters)")
          .hasSizeLessThan(400 + folder.toString().length());
    }
  }

  @Test
  void notUtf8() throws IOException {
    byte[] header = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
    assertRefused(file(header.length, header, 0), "not UTF-8");
  }

  /// Random damage to a valid file: either it opens and every tensor can be read to its last byte, or it is refused.
  @Test
  void randomDamage() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[24,32]}}";
    byte[] valid = Files.readAllBytes(file(header, 32));
    int opened = 0;
    int read = 0;
    for (long seed = 0; seed < 4000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes =
          random.nextInt(4) == 0
              ? java.util.Arrays.copyOf(valid, random.nextInt(valid.length))
              : valid.clone();
      for (int flips = random.nextInt(1, 4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Path file = Files.write(folder.resolve("x.safetensors"), bytes);
      try (Arena arena = Arena.ofConfined()) {
        SafetensorsFile opens = SafetensorsFile.open(file, arena);
        float sum = 0;
        for (String name : opens.names()) {
          if (opens.info(name).dtype().dtype().isPresent()) {
            Tensor tensor = opens.tensor(name);
            for (long i = 0; i < tensor.elements(); i++) {
              sum += tensor.get(i);
            }
          }
        }
        read += Float.isNaN(sum) ? 0 : 1;
        opened++;
      } catch (UserError expected) {
        assertThat(expected.getMessage())
            .as("seed " + seed)
            .contains("x.safetensors")
            .doesNotContain("\n");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(opened).as("damage to data or names leaves a valid file").isPositive();
    assertThat(read).as("most of those hold numbers").isBetween(opened / 2, opened);
  }
}
