package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Functions of a C library that return an `int`, called with its own types; pointers and handles are `long`.
///
/// @param library where they are
record NativeFunctions(SymbolLookup library) {
  /// The library that the system's loader finds by that name, or the file.
  ///
  /// @throws IllegalArgumentException if it is not there
  @SuppressWarnings("restricted") // the caller names a library of the system or of the user
  static NativeFunctions open(String name) {
    return new NativeFunctions(
        name.indexOf('/') < 0
            ? SymbolLookup.libraryLookup(name, Arena.global())
            : SymbolLookup.libraryLookup(Path.of(name), Arena.global()));
  }

  /// @throws IllegalStateException if the library has no such function
  @SuppressWarnings("restricted") // as the library's manual has it
  MethodHandle function(String name, ValueLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            library
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the library has no " + name)),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }

  /// Memory that the library points to.
  @SuppressWarnings("restricted") // the library's manual says how much there is
  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /// What a call of a method handle threw, which is nothing of the library's.
  static RuntimeException unexpected(Throwable e) {
    return switch (e) {
      case RuntimeException runtime -> runtime;
      case Error error -> throw error;
      default -> new IllegalStateException(e);
    };
  }
}
