package org.tramontane.spac.eval.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tramontane.spac.eval.task.EvalItem;
import org.tramontane.spac.eval.task.Request;
import org.tramontane.spac.eval.task.Response;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.PrefixScorer;
import org.tramontane.transformer.Scorer;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// Scores items with a model, the longest first, in batches of similar lengths.
///
/// Batches are planned over all items, also those that an earlier run has scored; so a run that was stopped computes the
/// same batches as one that was not.
///
/// For one thread at a time.
public final class Evaluator implements AutoCloseable {

  /// What is computed together.
  ///
  /// @param batchTokens tokens of a batch of log-likelihoods; a longer item makes a batch of its own
  /// @param sequences generations under way together
  /// @param share whether requests that begin alike share what they can
  public record Options(int batchTokens, int sequences, boolean share) {
    /// Checks the ranges.
    public Options {
      if (batchTokens < 1 || sequences < 1) {
        throw new IllegalArgumentException(
            "batchTokens = " + batchTokens + ", sequences = " + sequences + "; allowed: 1 or more");
      }
    }
  }

  private final RequestEncoder encoder;
  private final Options options;
  private final PrefixScorer scorer;
  private final GreedyAnswers generator;
  private Throughput throughput = Throughput.NONE;

  /// An evaluator.
  public Evaluator(
      MistralModel model, Tokenizer tokenizer, RequestEncoder encoder, Options options) {
    this.encoder = encoder;
    this.options = options;
    this.scorer = new PrefixScorer(model, options.share());
    this.generator = new GreedyAnswers(model, tokenizer, options.sequences());
  }

  /// What was computed so far.
  public Throughput throughput() {
    return throughput;
  }

  /// Scores those of `items` that `log` does not have yet, and logs them.
  ///
  /// @param task the run's name of the task
  /// @throws UserError if an item can't be encoded; the message names it
  public void run(String task, List<EvalItem> items, ItemLog log, EvalObserver observer) {
    List<Work> works = items.stream().map(item -> encode(task, item)).toList();
    long left = works.stream().filter(w -> isNew(task, w, log)).count();
    observer.onTask(task, (int) left);
    long tokens = works.stream().filter(w -> isNew(task, w, log)).mapToLong(Work::tokens).sum();
    long doneTokens = 0;
    int done = 0;
    for (List<Work> batch : batches(works)) {
      List<Work> open = batch.stream().filter(w -> isNew(task, w, log)).toList();
      if (open.isEmpty()) {
        continue;
      }
      long begin = System.nanoTime();
      long rows = scorer.rows() + generator.rows();
      long unshared = scorer.unsharedRows() + generator.rows();
      // All of it, so that the figures are those of a run that was not interrupted.
      List<List<Response>> responses = answer(batch);
      List<ItemResult> results = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        if (isNew(task, batch.get(i), log)) {
          EvalItem item = batch.get(i).item;
          results.add(
              new ItemResult(
                  task, item.docId(), responses.get(i), item.doc().score(responses.get(i))));
        }
      }
      log.append(results);
      throughput =
          throughput.plus(
              new Throughput(
                  batch.stream().mapToLong(w -> w.item.requests().size()).sum(),
                  scorer.rows() + generator.rows() - rows,
                  scorer.unsharedRows() + generator.rows() - unshared,
                  (System.nanoTime() - begin) * 1e-9));
      done += open.size();
      doneTokens += open.stream().mapToLong(Work::tokens).sum();
      observer.onBatch(task, done, (int) left, (double) doneTokens / tokens, throughput);
    }
  }

  private static boolean isNew(String task, Work work, ItemLog log) {
    return log.find(task, work.item.docId()).isEmpty();
  }

  /// An item as tokens: either completions or prompts.
  private record Work(EvalItem item, List<Completion> completions, List<int[]> prompts) {
    int longest() {
      int completion = completions.stream().mapToInt(Completion::length).max().orElse(0);
      return Math.max(completion, prompts.stream().mapToInt(p -> p.length).max().orElse(0));
    }

    /// What the batch budget counts: tokens without any sharing would make batches of other sizes.
    int tokens() {
      return completions.stream().mapToInt(Completion::length).sum()
          + prompts.stream().mapToInt(p -> p.length).sum();
    }
  }

  private Work encode(String task, EvalItem item) {
    List<Completion> completions = new ArrayList<>();
    List<int[]> prompts = new ArrayList<>();
    try {
      for (Request request : item.requests()) {
        switch (request) {
          case Request.LogLikelihood question -> completions.add(encoder.encode(question));
          case Request.GreedyUntil question -> prompts.add(encoder.encode(question));
        }
      }
    } catch (UserError e) {
      throw new UserError(
          task + ", document " + item.docId() + " (counted from 0): " + e.getMessage(), e);
    }
    return new Work(item, completions, prompts);
  }

  private List<List<Work>> batches(List<Work> works) {
    List<Work> longestFirst =
        works.stream().sorted(Comparator.comparingInt(Work::longest).reversed()).toList();
    List<List<Work>> batches = new ArrayList<>();
    List<Work> batch = new ArrayList<>();
    long tokens = 0;
    for (Work work : longestFirst) {
      boolean full =
          work.prompts.isEmpty()
              ? tokens + work.tokens() > options.batchTokens()
              : batch.size() >= GreedyAnswers.ROUNDS * options.sequences();
      if (full && !batch.isEmpty()) {
        batches.add(batch);
        batch = new ArrayList<>();
        tokens = 0;
      }
      batch.add(work);
      tokens += work.tokens();
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private List<List<Response>> answer(List<Work> batch) {
    List<float[]> logProbs =
        scorer.tokenLogProbs(batch.stream().flatMap(w -> w.completions.stream()).toList());
    List<String> texts =
        generator.answer(
            batch.stream().flatMap(w -> w.prompts.stream()).toList(),
            batch.stream()
                .flatMap(w -> w.item.requests().stream())
                .filter(Request.GreedyUntil.class::isInstance)
                .map(Request.GreedyUntil.class::cast)
                .toList());
    List<List<Response>> answers = new ArrayList<>();
    int nextScore = 0;
    int nextText = 0;
    for (Work work : batch) {
      List<Response> responses = new ArrayList<>();
      for (Request request : work.item.requests()) {
        switch (request) {
          case Request.LogLikelihood question ->
              responses.add(new Response.LogProb(Scorer.sum(logProbs.get(nextScore++))));
          case Request.GreedyUntil question ->
              responses.add(new Response.Text(texts.get(nextText++)));
        }
      }
      answers.add(responses);
    }
    return answers;
  }

  @Override
  public void close() {
    scorer.close();
  }
}
