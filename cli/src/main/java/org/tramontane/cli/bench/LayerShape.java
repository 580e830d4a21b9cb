package org.tramontane.cli.bench;

import java.util.List;
import java.util.stream.Collectors;

/// The extents of one layer, its head and a batch: what shapes the operands of every kernel.
///
/// @param name by which a user asks for it
/// @param tokens of a batch, all in one sequence
/// @param context tokens in the cache of a sequence that is decoded
/// @param hidden C
/// @param intermediate F
/// @param heads H, query heads
/// @param kvHeads K, key/value heads
/// @param headDim D
/// @param vocabulary V
public record LayerShape(
    String name,
    int tokens,
    int context,
    int hidden,
    int intermediate,
    int heads,
    int kvHeads,
    int headDim,
    int vocabulary) {
  /// Mistral 7B's layer and head, 512 tokens.
  public static final LayerShape SEVEN_B =
      new LayerShape("7b", 512, 4096, 4096, 14336, 32, 8, 128, 32000);

  /// The layer and head of stories260K, the smallest trained checkpoint that the docs use; 256 tokens.
  public static final LayerShape TINY = new LayerShape("tiny", 256, 256, 64, 172, 8, 4, 8, 512);

  private static final List<LayerShape> ALL = List.of(TINY, SEVEN_B);

  /// The shape called `name`.
  ///
  /// @throws IllegalArgumentException if there is none
  public static LayerShape named(String name) {
    return ALL.stream()
        .filter(shape -> shape.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "layer = "
                        + name
                        + "; allowed: "
                        + ALL.stream().map(LayerShape::name).collect(Collectors.joining(", "))));
  }
}
