package org.tramontane.tests.reference;

import org.tramontane.tensor.Backend;
import org.tramontane.tensor.Kernels;

/// A [Backend] on the reference kernels, so that whole models can run on the oracle too.
public final class ReferenceBackend implements Backend {
  private final Kernels kernels = new ReferenceKernels();

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "reference: plain F64 loops, one thread";
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public void capture(Object key, Runnable body) {
    body.run();
  }

  @Override
  public void close() {}
}
