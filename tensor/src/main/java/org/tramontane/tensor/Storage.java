package org.tramontane.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The memory that a tensor and all views of it share, and where its newest bytes are: on the host, or in a
/// [DeviceCopy].
///
/// Most storages never have a copy. Where a backend has attached one, each access through [Tensor] asks it first; so
/// nobody has to know whether a kernel left its result on a device.
public final class Storage {
  private final MemorySegment host;
  private volatile @Nullable DeviceCopy copy;

  Storage(MemorySegment host) {
    this.host = host;
  }

  /// The host's memory as it is, for a backend that moves bytes between it and its copy.
  public MemorySegment host() {
    return host;
  }

  /// What the backend attached, or null.
  public @Nullable DeviceCopy copy() {
    return copy;
  }

  /// Attaches a copy in place of another, which must have made the host's memory the newest.
  public void attach(@Nullable DeviceCopy newCopy) {
    copy = newCopy;
  }

  void beforeReads() {
    DeviceCopy current = copy;
    if (current != null) {
      current.beforeHostReads();
    }
  }

  /// @param from the first byte that is written
  /// @param bytes how many
  /// @param all whether each of them is
  void beforeWrites(long from, long bytes, boolean all) {
    DeviceCopy current = copy;
    if (current == null) {
      return;
    }
    if (host.isReadOnly()) {
      current.beforeHostReads();
    } else if (all && from == 0 && bytes == host.byteSize()) {
      current.beforeHostOverwrites();
    } else {
      current.beforeHostWrites();
    }
  }
}
