package org.tramontane.tensor;

/// A copy of a tensor's [Storage] in the memory of a device, kept by the backend that made it.
///
/// The host's memory and the copy take turns in being the newest. Every method may be called by any thread.
public interface DeviceCopy {
  /// Makes the host's memory the newest, as somebody is about to read it; the copy stays as good as it was.
  void beforeHostReads();

  /// Makes the host's memory the newest, and the only one that is, as somebody is about to write parts of it.
  void beforeHostWrites();

  /// As [#beforeHostWrites] where every byte will be overwritten, so that none has to be fetched.
  void beforeHostOverwrites();

  /// Sets F32 elements to one value on the device.
  ///
  /// @param offset in bytes from the storage's beginning
  /// @param bytes how many
  /// @return whether it was done; if not, the host has to
  boolean fill(long offset, long bytes, float value);
}
