package org.tramontane.tensor.cpu.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The OpenBLAS shared library, called through `java.lang.foreign`.
///
/// The library comes out of its jar, or is the one that the system property `tramontane.openblas` names. It is loaded once
/// in a process and stays, as it has global state of its own; its threads are set to one, because [MatMul] does the
/// splitting and a second team of spinning threads would only take the processors away from ours.
@SuppressWarnings("restricted") // calling a native library is what this class is for
public final class OpenBlas {
  /// System property: the path of an OpenBLAS library to load instead of the one in the jar.
  public static final String PATH_PROPERTY = "tramontane.openblas";

  private static final String CORE_TYPE = "OPENBLAS_CORETYPE";
  private static final String PREFIX = "OpenBLAS ";
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANSPOSE = 111;
  private static final int TRANSPOSE = 112;
  private static final AddressLayout C_STRING =
      ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(1024, JAVA_BYTE));

  private final MethodHandle sgemm;
  private final MethodHandle setThreads;
  private final String config;
  private final String core;

  private OpenBlas(SymbolLookup symbols) throws Throwable {
    Linker linker = Linker.nativeLinker();
    sgemm =
        linker.downcallHandle(
            symbols.findOrThrow("cblas_sgemm"),
            FunctionDescriptor.ofVoid(
                JAVA_INT,
                JAVA_INT,
                JAVA_INT, // order, transpose a, transpose b
                JAVA_INT,
                JAVA_INT,
                JAVA_INT, // m, n, k
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                JAVA_INT, // alpha, a, lda, b, ldb
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT)); // beta, c, ldc
    setThreads =
        linker.downcallHandle(
            symbols.findOrThrow("openblas_set_num_threads"), FunctionDescriptor.ofVoid(JAVA_INT));
    config = string(linker, symbols, "openblas_get_config");
    core = string(linker, symbols, "openblas_get_corename");
    setThreads(1);
  }

  /// The outcome of loading: the library, or the reason why there is none.
  ///
  /// @param library null if it did not load
  /// @param reason empty if it did
  public record Loaded(@Nullable OpenBlas library, String reason) {
    /// `openblas_version`, `openblas_core` and `openblas_config` as the library reports them; empty if there is none.
    public Map<String, String> properties() {
      return library == null
          ? Map.of()
          : Map.of(
              "openblas_version", library.version(),
              "openblas_core", library.core,
              "openblas_config", library.config);
    }
  }

  /// Loads the library at the first call; later calls give the same answer.
  public static Loaded load() {
    return Once.LOADED;
  }

  /// Holds the outcome: a process can't load a library with global state twice and not mind.
  private static final class Once {
    private static final Loaded LOADED = tryLoad();
  }

  private static Loaded tryLoad() {
    try {
      String path = System.getProperty(PATH_PROPERTY);
      return new Loaded(path == null ? fromJar() : fromFile(Path.of(path)), "");
    } catch (Throwable e) { // a broken library fails with errors as well as exceptions
      return new Loaded(null, String.valueOf(e.getMessage()));
    }
  }

  private static OpenBlas fromFile(Path path) throws Throwable {
    return new OpenBlas(SymbolLookup.libraryLookup(path, Arena.global()));
  }

  private static OpenBlas fromJar() throws Throwable {
    NativeFiles files = NativeFiles.extract();
    try {
      return fromFile(files.library());
    } finally {
      files.delete();
    }
  }

  private static String string(Linker linker, SymbolLookup symbols, String function)
      throws Throwable {
    MethodHandle handle =
        linker.downcallHandle(symbols.findOrThrow(function), FunctionDescriptor.of(C_STRING));
    return ((MemorySegment) handle.invokeExact()).getString(0).strip();
  }

  /// Sets how many threads one [#sgemm] call uses. The kernels need 1; a benchmark may raise it for a moment.
  public void setThreads(int threads) {
    try {
      setThreads.invokeExact(threads);
    } catch (Throwable e) {
      throw new IllegalStateException("openblas_set_num_threads failed", e);
    }
  }

  /// `cblas_sgemm` in row-major order.
  public void sgemm(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    try {
      sgemm.invokeExact(
          ROW_MAJOR,
          a.transposed() ? TRANSPOSE : NO_TRANSPOSE,
          b.transposed() ? TRANSPOSE : NO_TRANSPOSE,
          m,
          n,
          k,
          alpha,
          MemorySegment.ofAddress(a.address()),
          stride(a),
          MemorySegment.ofAddress(b.address()),
          stride(b),
          beta,
          MemorySegment.ofAddress(c.address()),
          stride(c));
    } catch (Throwable e) {
      throw new IllegalStateException("cblas_sgemm failed", e);
    }
  }

  private static int stride(Matrix x) {
    return Math.toIntExact(x.stride());
  }

  /// Version and build options, the core that it chose, and whether the environment chose that core for it.
  public String description() {
    String forced = System.getenv(CORE_TYPE);
    String note =
        forced == null || forced.isEmpty()
            ? ""
            : ", forced by " + CORE_TYPE + "=" + forced + " (unset it to let OpenBLAS choose)";
    return "OpenBLAS " + version() + " (" + core + note + ")";
  }

  /// What the library's config begins with, after its name.
  private String version() {
    return config.startsWith(PREFIX)
        ? config.substring(PREFIX.length()).replaceFirst(" .*", "")
        : config;
  }
}
