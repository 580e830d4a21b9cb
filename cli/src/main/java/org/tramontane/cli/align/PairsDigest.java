package org.tramontane.cli.align;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.transformer.Completion;

/// SHA-256 of pairs as a model reads them: the tokens of every prompt and response, each with its number in front.
final class PairsDigest {
  private PairsDigest() {}

  /// The digest in hexadecimal.
  static String of(List<PreferenceExample> pairs) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (PreferenceExample pair : pairs) {
        for (Completion completion : List.of(pair.chosen(), pair.rejected())) {
          add(completion.promptIds(), digest);
          add(completion.responseIds(), digest);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(int[] ids, MessageDigest digest) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * ids.length).putInt(ids.length);
    for (int id : ids) {
      bytes.putInt(id);
    }
    digest.update(bytes.array());
  }
}
