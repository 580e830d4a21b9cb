package org.tramontane.tests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.TokenBatch;

/// One case of `goldens/forward`: right-padded tensors in the file, a packed batch for us.
record ForwardCase(String name, JsonNode json, GoldenFile tensors) {

  static ForwardCase of(String name) {
    return new ForwardCase(
        name,
        GoldenFile.json(Shared.path("goldens/forward/" + name + ".json")),
        new GoldenFile(Shared.path("goldens/forward/" + name + ".safetensors")));
  }

  int[] lengths() {
    return GoldenFile.ints(json.get("lengths"));
  }

  int[] promptLengths() {
    return GoldenFile.ints(json.get("prompt_lengths"));
  }

  TokenBatch batch() {
    int[] lengths = lengths();
    List<int[]> sequences = new ArrayList<>();
    for (int b = 0; b < lengths.length; b++) {
      sequences.add(Arrays.copyOf(GoldenFile.ints(json.get("input_ids").get(b)), lengths[b]));
    }
    return TokenBatch.of(sequences);
  }

  /// The tensor `[B, L, columns]` without the padded rows.
  double[] packed(String tensor, int columns) {
    double[] padded = tensors.get(tensor);
    int[] lengths = lengths();
    int longest = Arrays.stream(lengths).max().orElseThrow();
    double[] packed = new double[Arrays.stream(lengths).sum() * columns];
    int row = 0;
    for (int b = 0; b < lengths.length; b++) {
      System.arraycopy(padded, b * longest * columns, packed, row * columns, lengths[b] * columns);
      row += lengths[b];
    }
    return packed;
  }

  @Override
  public String toString() {
    return name;
  }
}
