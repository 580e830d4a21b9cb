package org.tramontane.spac.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.List;
import org.tramontane.transformer.Completion;

/// SHA-256 of completions as a model reads them: the tokens of every prompt and response, each with its number in front,
/// as little-endian integers.
public final class TokenDigest {
  private TokenDigest() {}

  /// The digest in hexadecimal, of all completions in their order.
  public static String of(List<Completion> completions) {
    return Sha256.by(
        digest -> {
          for (Completion completion : completions) {
            add(completion.promptIds(), digest);
            add(completion.responseIds(), digest);
          }
        });
  }

  private static void add(int[] ids, MessageDigest digest) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * (1 + ids.length)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(ids.length);
    for (int id : ids) {
      bytes.putInt(id);
    }
    digest.update(bytes.flip());
  }
}
