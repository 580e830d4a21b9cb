package org.tramontane.spac.data;

import org.jspecify.annotations.Nullable;

/// One row of a [DataFile].
///
/// @param where file and line or row number, for messages
/// @param prompt x
/// @param chosen y+, or the response to learn
/// @param rejected y-; null in data for supervised fine-tuning
/// @param self y', where the file brings its own samples of pi_t
/// @param label whether a single response is desirable, which then is `chosen`, whatever it is; null for pairs and for
///     data for supervised fine-tuning
public record DataRow(
    String where,
    Content prompt,
    Content chosen,
    @Nullable Content rejected,
    @Nullable Content self,
    @Nullable Boolean label) {

  /// A row without a label.
  public DataRow(
      String where,
      Content prompt,
      Content chosen,
      @Nullable Content rejected,
      @Nullable Content self) {
    this(where, prompt, chosen, rejected, self, null);
  }
}
