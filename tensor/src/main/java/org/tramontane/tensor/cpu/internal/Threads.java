package org.tramontane.tensor.cpu.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A fixed team of threads for loops of some microseconds and more; the calling thread is worker 0.
///
/// Between two loops a worker spins for a moment, since in a chain of kernels the next loop comes at once, and then parks.
/// One loop runs at a time: a second caller waits, and a loop started inside a loop runs on its own thread alone.
public final class Threads implements AutoCloseable {
  /// A part of a loop.
  public interface Range {
    /// Does the steps `from` (included) to `to` (excluded) as worker `worker`.
    void run(int worker, long from, long to);
  }

  /// One of several independent pieces of work.
  public interface Unit {
    /// Does piece `unit` as worker `worker`.
    void run(int worker, int unit);
  }

  private static final long SPIN_NANOS = 50_000;
  private static final int SPINS_PER_CLOCK_READ = 32;

  private final Worker[] workers;
  private final ReentrantLock busy = new ReentrantLock();
  private volatile boolean closed;

  /// A team of `count` threads, the caller included.
  public Threads(int count) {
    workers = new Worker[count - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /// The number of workers, the caller included.
  public int count() {
    return workers.length + 1;
  }

  /// Splits `0..n` evenly and in order: worker w does the w-th part. Parts are `grain` steps or more, so that a short
  /// loop stays on the calling thread. The split depends on nothing but `n`, `grain` and [#count()].
  public void split(long n, long grain, Range body) {
    if (n <= 0) {
      return;
    }
    int parts = parts(n, grain);
    run(parts, worker -> body.run(worker, n * worker / parts, n * (worker + 1) / parts));
  }

  /// How many parts [#split] makes.
  public int parts(long n, long grain) {
    return (int) Math.max(1, Math.min(count(), n / Math.max(1, grain)));
  }

  /// Does `count` units, each on whichever worker is free. What a unit computes must not depend on its worker.
  public void forEach(int count, Unit body) {
    AtomicInteger next = new AtomicInteger();
    run(
        Math.min(count(), count),
        worker -> {
          for (int unit = next.getAndIncrement(); unit < count; unit = next.getAndIncrement()) {
            body.run(worker, unit);
          }
        });
  }

  private interface Part {
    void run(int worker);
  }

  private void run(int parts, Part part) {
    if (closed) {
      throw new IllegalStateException("the backend is closed");
    }
    if (Thread.currentThread() instanceof Worker worker && worker.team() == this) {
      runInline(parts, part);
    } else if (busy.isHeldByCurrentThread()) {
      runInline(parts, part);
    } else {
      busy.lock();
      try {
        if (parts <= 1) {
          runInline(parts, part);
        } else {
          runOnTeam(parts, part);
        }
      } finally {
        busy.unlock();
      }
    }
  }

  /// Runs all parts in order on this thread; the worker number stays the part's, as on the team.
  private static void runInline(int parts, Part part) {
    for (int i = 0; i < parts; i++) {
      part.run(i);
    }
  }

  private void runOnTeam(int parts, Part part) {
    Job job = new Job(part, parts, Thread.currentThread());
    for (int i = 1; i < parts; i++) {
      workers[i - 1].give(job);
    }
    job.run(0);
    job.await();
  }

  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private static boolean spinUntil(Condition condition) {
    long start = System.nanoTime();
    do {
      for (int i = 0; i < SPINS_PER_CLOCK_READ; i++) {
        if (condition.holds()) {
          return true;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < SPIN_NANOS);
    return condition.holds();
  }

  private interface Condition {
    boolean holds();
  }

  /// One loop, shared by its workers.
  private static final class Job {
    private final Part part;
    private final Thread caller;
    private final @Nullable Throwable[] failures;
    private final AtomicInteger open;

    Job(Part part, int parts, Thread caller) {
      this.part = part;
      this.caller = caller;
      this.failures = new Throwable[parts];
      this.open = new AtomicInteger(parts - 1);
    }

    void run(int worker) {
      try {
        part.run(worker);
      } catch (Throwable t) { // whatever it is, it belongs to the caller
        failures[worker] = t;
      }
    }

    void finished() {
      if (open.decrementAndGet() == 0) {
        LockSupport.unpark(caller);
      }
    }

    private boolean isDone() {
      return open.get() == 0;
    }

    void await() {
      if (!spinUntil(this::isDone)) {
        while (!isDone()) {
          LockSupport.park(this);
        }
      }
      for (Throwable failure : failures) {
        switch (failure) {
          case null -> {}
          case RuntimeException e -> throw e;
          case Error e -> throw e;
          default -> throw new IllegalStateException(failure);
        }
      }
    }
  }

  private final class Worker extends Thread {
    private final int index;
    private volatile @Nullable Job job;
    private volatile boolean parked;

    Worker(int index) {
      super("tramontane-cpu-" + index);
      this.index = index;
      setDaemon(true);
    }

    Threads team() {
      return Threads.this;
    }

    void give(Job next) {
      job = next;
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    private boolean hasWork() {
      return job != null || closed;
    }

    @Override
    public void run() {
      while (true) {
        if (!spinUntil(this::hasWork)) {
          parked = true;
          while (!hasWork()) {
            LockSupport.park(this);
          }
          parked = false;
        }
        Job current = job;
        if (current == null) {
          return;
        }
        current.run(index);
        job = null; // before the caller can give the next one
        current.finished();
      }
    }
  }
}
