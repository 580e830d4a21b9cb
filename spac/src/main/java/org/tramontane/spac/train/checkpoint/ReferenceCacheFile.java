package org.tramontane.spac.train.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.tramontane.spac.train.ReferenceCache;
import org.tramontane.spac.train.StatePart;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.safetensors.SafetensorsFile;
import org.tramontane.transformer.Completion;

/// A reference's log-probabilities in a folder, one safetensors file per kind: the figures in F64, and in its metadata
/// what they belong to.
///
/// @param folder is made when there is something to keep
/// @param model digest of the reference's files
/// @param backend who computes, because another one may differ in the last bits
public record ReferenceCacheFile(Path folder, String model, String backend)
    implements ReferenceCache {
  private static final String PART = "log_probs";
  private static final String SUMS = "sums";
  private static final String DIGEST = "sha256";

  @Override
  public Optional<double[]> find(String name, List<Completion> completions) {
    Path file = file(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofShared()) {
      SafetensorsFile stored = SafetensorsFile.open(file, arena);
      Map<String, String> belongs = stored.metadata();
      about(completions)
          .forEach(
              (key, now) -> {
                String then = belongs.getOrDefault(key, "nothing");
                if (!then.equals(now)) {
                  throw new UserError(
                      "%s belongs to another %s: %s there, %s here; name another folder as --reference-cache, or delete it"
                          .formatted(file, key, then, now));
                }
              });
      StatePart part = StateFile.read(stored).get(PART);
      if (part == null) {
        throw new UserError(file + " has no log-probabilities; delete it");
      }
      double[] sums = part.doubles(SUMS);
      if (!digest(sums).equals(belongs.get(DIGEST))) {
        throw new UserError(file + " is damaged: its digest does not fit; delete it");
      }
      return Optional.of(sums);
    }
  }

  @Override
  public void put(String name, List<Completion> completions, double[] logProbs) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UserError(folder + " can't be made: " + e.getMessage(), e);
    }
    SequencedMap<String, StatePart> parts = new LinkedHashMap<>();
    parts.put(PART, new StatePart().putDoubles(SUMS, logProbs));
    Map<String, String> metadata = about(completions);
    metadata.put(DIGEST, digest(logProbs));
    StateFile.write(file(name), parts, metadata);
  }

  private Path file(String name) {
    return folder.resolve(name + ".safetensors");
  }

  /// What figures for `completions` belong to.
  private SequencedMap<String, String> about(List<Completion> completions) {
    SequencedMap<String, String> about = new LinkedHashMap<>();
    about.put("model", model);
    about.put("data", digest(completions));
    about.put("backend", backend);
    return about;
  }

  /// Of all tokens, in their order.
  private static String digest(List<Completion> completions) {
    MessageDigest digest = sha256();
    for (Completion completion : completions) {
      add(completion.promptIds(), digest);
      add(completion.responseIds(), digest);
    }
    return HexFormat.of().formatHex(digest.digest());
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

  private static String digest(double[] values) {
    MessageDigest digest = sha256();
    ByteBuffer bytes =
        ByteBuffer.allocate(Double.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    digest.update(bytes.flip());
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
