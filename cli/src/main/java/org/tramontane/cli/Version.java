package org.tramontane.cli;

import picocli.CommandLine.IVersionProvider;

/// The versions that a run depends on.
public final class Version implements IVersionProvider {

  /// The version of Tramontane, from its jar's manifest; `development` when it runs from class files.
  public static String tramontane() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /// The Java runtime's version and vendor.
  public static String java() {
    return Runtime.version() + " (" + System.getProperty("java.vendor", "unknown vendor") + ")";
  }

  @Override
  public String[] getVersion() {
    return new String[] {"tramontane " + tramontane(), "Java " + java()};
  }
}
