package org.tramontane.tensor.cpu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void splitVisitsEachStepOnce(int count) {
    try (Threads threads = new Threads(count)) {
      for (int n : new int[] {1, 2, 3, 8, 1000}) {
        AtomicIntegerArray visits = new AtomicIntegerArray(n);
        threads.split(
            n,
            1,
            (worker, from, to) -> {
              for (int i = (int) from; i < to; i++) {
                visits.incrementAndGet(i);
              }
            });
        assertThat(IntStream.range(0, n).map(visits::get)).allMatch(v -> v == 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void forEachVisitsEachUnitOnceManyTimesOver(int count) {
    try (Threads threads = new Threads(count)) {
      AtomicIntegerArray visits = new AtomicIntegerArray(17);
      for (int round = 0; round < 2000; round++) {
        threads.forEach(17, (worker, unit) -> visits.incrementAndGet(unit));
      }
      assertThat(IntStream.range(0, 17).map(visits::get)).allMatch(v -> v == 2000);
    }
  }

  @Test
  void allWorkersTakePartAndTheCallerIsTheFirst() throws InterruptedException {
    try (Threads threads = new Threads(3)) {
      ConcurrentHashMap<Integer, Thread> byWorker = new ConcurrentHashMap<>();
      threads.split(3, 1, (worker, from, to) -> byWorker.put(worker, Thread.currentThread()));
      assertThat(byWorker.keySet()).containsExactlyInAnyOrder(0, 1, 2);
      assertThat(byWorker.get(0)).isSameAs(Thread.currentThread());
      TimeUnit.MILLISECONDS.sleep(20); // long enough that the workers park
      ConcurrentHashMap<Integer, Thread> again = new ConcurrentHashMap<>();
      threads.split(3, 1, (worker, from, to) -> again.put(worker, Thread.currentThread()));
      assertThat(again).isEqualTo(byWorker);
    }
  }

  @Test
  void shortLoopStaysOnTheCaller() {
    try (Threads threads = new Threads(4)) {
      threads.split(
          10,
          6,
          (worker, from, to) -> {
            assertThat(worker).isZero();
            assertThat(to - from).isEqualTo(10);
          });
      assertThat(threads.parts(10, 6)).isEqualTo(1);
      assertThat(threads.parts(24, 6)).isEqualTo(4);
    }
  }

  @Test
  void loopInsideALoopRunsInline() {
    try (Threads threads = new Threads(2)) {
      AtomicIntegerArray visits = new AtomicIntegerArray(8);
      threads.split(
          2,
          1,
          (worker, from, to) -> {
            Thread outer = Thread.currentThread();
            threads.split(
                8,
                1,
                (inner, start, end) -> {
                  assertThat(Thread.currentThread()).isSameAs(outer);
                  for (int i = (int) start; i < end; i++) {
                    visits.incrementAndGet(i);
                  }
                });
          });
      assertThat(IntStream.range(0, 8).map(visits::get)).allMatch(v -> v == 2);
    }
  }

  @Test
  void twoCallersTakeTurns() throws InterruptedException {
    try (Threads threads = new Threads(2)) {
      AtomicIntegerArray visits = new AtomicIntegerArray(4);
      CountDownLatch done = new CountDownLatch(2);
      Runnable caller =
          () -> {
            for (int round = 0; round < 500; round++) {
              threads.split(
                  4,
                  1,
                  (worker, from, to) -> {
                    for (int i = (int) from; i < to; i++) {
                      visits.incrementAndGet(i);
                    }
                  });
            }
            done.countDown();
          };
      Thread.ofPlatform().start(caller);
      Thread.ofPlatform().start(caller);
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(IntStream.range(0, 4).map(visits::get)).allMatch(v -> v == 1000);
    }
  }

  @Test
  void failureReachesTheCallerAndTheTeamGoesOn() {
    try (Threads threads = new Threads(2)) {
      for (int failing = 0; failing < 2; failing++) {
        int worse = failing;
        assertThatThrownBy(
                () ->
                    threads.split(
                        2,
                        1,
                        (worker, from, to) -> {
                          if (worker == worse) {
                            throw new ArithmeticException("worker " + worker);
                          }
                        }))
            .isInstanceOf(ArithmeticException.class)
            .hasMessage("worker " + worse);
      }
      int[] runs = new int[2];
      threads.split(2, 1, (worker, from, to) -> runs[worker]++);
      assertThat(runs).containsExactly(1, 1);
    }
  }

  @Test
  void closedTeamRefusesWork() {
    Threads threads = new Threads(2);
    threads.close();
    assertThatThrownBy(() -> threads.split(2, 1, (worker, from, to) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
