package org.tramontane.tensor.safetensors;

/// How large a header or an index may be, in bytes.
///
/// The reference implementation allows 100 MB. A hostile one of that size grows to 15 times as much in the heap
/// (`"1f":"",` becomes a map entry and two strings), so a small heap allows less. Real ones stay below 1 MB.
final class JsonLimit {
  private static final long FORMAT = 100_000_000;
  private static final long HEAP_SHARE = 32;

  private JsonLimit() {}

  /// The limit in this JVM.
  static long here() {
    return in(Runtime.getRuntime().maxMemory());
  }

  /// The limit in a JVM that may use `heapBytes`.
  static long in(long heapBytes) {
    return Math.min(FORMAT, heapBytes / HEAP_SHARE);
  }

  /// What is allowed, in words.
  static String allowed(long limit) {
    return limit < FORMAT
        ? "up to " + limit + " with this heap; a larger -Xmx allows more"
        : "up to " + limit;
  }
}
