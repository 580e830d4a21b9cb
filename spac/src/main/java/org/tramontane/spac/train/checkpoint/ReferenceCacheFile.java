package org.tramontane.spac.train.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.tramontane.spac.data.Sha256;
import org.tramontane.spac.data.TokenDigest;
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
    about.put("data", TokenDigest.of(completions));
    about.put("backend", backend);
    return about;
  }

  private static String digest(double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Double.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return Sha256.by(digest -> digest.update(bytes.flip()));
  }
}
