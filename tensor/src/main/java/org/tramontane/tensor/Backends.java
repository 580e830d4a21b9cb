package org.tramontane.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// Finds backends and chooses one. A backend that was named is created or is an error; nothing falls back silently.
///
/// Before a backend is handed out it has to give the known answers of a few tiny kernels: one that computes wrongly on
/// this machine is treated as one that can't run here.
public final class Backends {
  /// The name that leaves the choice to [#choose].
  public static final String AUTO = "auto";

  private Backends() {}

  /// A backend, and why it and no other.
  ///
  /// @param reason one line: who was named, or who was passed over and why
  public record Choice(Backend backend, String reason) {}

  /// All providers on the class path, the highest priority first.
  public static List<BackendProvider> providers() {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(
            Comparator.comparingInt(BackendProvider::priority)
                .reversed()
                .thenComparing(BackendProvider::name))
        .toList();
  }

  /// [#choose], without the reason.
  public static Backend create(String name, BackendOptions options) {
    return choose(name, options).backend();
  }

  /// The backend called `name`, or for [#AUTO] the one with the highest priority among those that can run and give right
  /// answers.
  ///
  /// @throws IllegalArgumentException if there is no backend of that name, or it can't run here; the message says why
  public static Choice choose(String name, BackendOptions options) {
    return choose(providers(), name, options);
  }

  static Choice choose(List<BackendProvider> providers, String name, BackendOptions options) {
    if (name.equals(AUTO)) {
      return automatic(providers, options);
    }
    BackendProvider provider =
        providers.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no backend is called '"
                            + name
                            + "'; there are "
                            + providers.stream().map(BackendProvider::name).toList()));
    provider
        .unavailableBecause()
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(
                  "backend '" + name + "' can't run here: " + reason);
            });
    return new Choice(create(provider, options), "as asked");
  }

  private static Choice automatic(List<BackendProvider> providers, BackendOptions options) {
    List<String> passed = new ArrayList<>();
    List<String> behind = new ArrayList<>();
    Backend chosen = null;
    for (BackendProvider provider : providers) {
      if (chosen != null) {
        behind.add(provider.name());
        continue;
      }
      Optional<String> reason = provider.unavailableBecause();
      if (reason.isEmpty()) {
        try {
          chosen = create(provider, options);
          continue;
        } catch (IllegalStateException e) {
          reason = Optional.of(String.valueOf(e.getMessage()));
        }
      }
      passed.add(provider.name() + ": " + reason.get());
    }
    if (chosen == null) {
      throw new IllegalArgumentException("no backend can run here: " + passed);
    }
    List<String> why = new ArrayList<>();
    if (!passed.isEmpty()) {
      why.add("passed over " + String.join("; ", passed));
    }
    if (!behind.isEmpty()) {
      why.add("comes before " + String.join(", ", behind));
    }
    return new Choice(chosen, why.isEmpty() ? "the only one there is" : String.join("; ", why));
  }

  /// The backend of `provider`, after it has given the known answers.
  ///
  /// @throws IllegalStateException if it does not start or computes wrongly here; the message says how
  public static Backend create(BackendProvider provider, BackendOptions options) {
    Backend backend;
    try {
      backend = provider.create(options);
    } catch (LinkageError e) { // a native library that is missing, or of another version
      throw new IllegalStateException("backend '" + provider.name() + "' does not start: " + e, e);
    }
    Optional<String> problem;
    try {
      problem = SelfCheck.problem(backend.kernels());
    } catch (RuntimeException | LinkageError e) {
      backend.close();
      throw new IllegalStateException(
          "backend '" + provider.name() + "' fails at a first small computation: " + e, e);
    }
    if (problem.isPresent()) {
      backend.close();
      throw new IllegalStateException(
          "backend '" + provider.name() + "' computes wrongly on this machine: " + problem.get());
    }
    return backend;
  }
}
