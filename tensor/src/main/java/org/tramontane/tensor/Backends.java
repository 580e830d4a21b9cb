package org.tramontane.tensor;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/// Finds backends and chooses one. A backend that was named is created or is an error; nothing falls back silently.
public final class Backends {
  /// The name that leaves the choice to [#create].
  public static final String AUTO = "auto";

  private Backends() {}

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

  /// The backend called `name`, or for [#AUTO] the available one with the highest priority.
  ///
  /// @throws IllegalArgumentException if there is no backend of that name, or it can't run here; the message says why
  public static Backend create(String name, BackendOptions options) {
    List<BackendProvider> providers = providers();
    if (name.equals(AUTO)) {
      return providers.stream()
          .filter(provider -> provider.unavailableBecause().isEmpty())
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("no backend can run here: " + reasons(providers)))
          .create(options);
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
    return provider.create(options);
  }

  private static List<String> reasons(List<BackendProvider> providers) {
    return providers.stream()
        .map(provider -> provider.name() + ": " + provider.unavailableBecause().orElse("available"))
        .toList();
  }
}
