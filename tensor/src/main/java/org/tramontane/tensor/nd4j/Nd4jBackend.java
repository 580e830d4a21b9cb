package org.tramontane.tensor.nd4j;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.internal.CheckedKernels;
import org.tramontane.tensor.nd4j.internal.Library;

/// [Backend] on ND4J. Owns its scratch arrays until it is closed; ND4J itself stays for the life of the process.
public final class Nd4jBackend implements Backend {
  private final Nd4jKernels nd4j;
  private final Kernels kernels;
  private final String description;
  private final Map<String, String> properties;

  /// A backend that lets ND4J and its BLAS use `options.threads()` threads.
  ///
  /// @throws IllegalStateException if ND4J's native library does not load; the message says why
  public Nd4jBackend(BackendOptions options) {
    Library library = Library.load();
    nd4j = new Nd4jKernels(library, options.threads());
    kernels = new CheckedKernels(nd4j);
    description =
        library.description()
            + ", "
            + options.threads()
            + (options.threads() == 1 ? " thread" : " threads");
    properties = new TreeMap<>(library.properties());
    properties.put("threads", Integer.toString(options.threads()));
  }

  @Override
  public String name() {
    return Nd4jBackendProvider.NAME;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Map<String, String> properties() {
    return Collections.unmodifiableMap(properties);
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  /// Runs `body`: ND4J executes operation by operation and has nothing to record.
  @Override
  public void capture(Object key, Runnable body) {
    body.run();
  }

  @Override
  public void close() {
    nd4j.close();
  }
}
