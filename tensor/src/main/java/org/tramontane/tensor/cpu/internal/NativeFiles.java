package org.tramontane.tensor.cpu.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// The shared libraries of the OpenBLAS jar, extracted into a private temporary folder.
///
/// @param folder the temporary folder
/// @param library OpenBLAS itself; the libraries that it needs lie beside it
record NativeFiles(Path folder, Path library) {
  private static final List<String> LIBRARY_NAMES =
      List.of("libopenblas.so.0", "libopenblas.0.dylib", "libopenblas.dll");

  /// Extracts the libraries for this machine.
  ///
  /// @throws IOException if the jar is absent, has nothing for this machine, or can't be extracted
  static NativeFiles extract() throws IOException {
    String resources = "org/bytedeco/openblas/" + platform() + "/";
    URL url = NativeFiles.class.getClassLoader().getResource(resources);
    if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException("no jar on the class path holds " + resources);
    }
    Path folder = Files.createTempDirectory("tramontane-openblas");
    JarFile jar = connection.getJarFile();
    try (Stream<JarEntry> entries = jar.stream()) {
      entries
          .filter(entry -> isWanted(entry, resources))
          .forEach(entry -> copy(jar, entry, folder, resources.length()));
    } catch (UncheckedIOException e) {
      delete(folder);
      throw e.getCause();
    }
    Path library =
        LIBRARY_NAMES.stream().map(folder::resolve).filter(Files::exists).findFirst().orElse(null);
    if (library == null) {
      delete(folder);
      throw new IOException(resources + " holds none of " + LIBRARY_NAMES);
    }
    return new NativeFiles(folder, library);
  }

  /// Removes the files; where a loaded library can't be removed, when the JVM ends.
  void delete() {
    delete(folder);
  }

  private static boolean isWanted(JarEntry entry, String resources) {
    String name = entry.getName();
    return name.startsWith(resources)
        && name.indexOf('/', resources.length()) < 0
        && !entry.isDirectory()
        && !name.startsWith("libjni", resources.length())
        && !name.startsWith("jni", resources.length());
  }

  private static void copy(JarFile jar, JarEntry entry, Path folder, int prefix) {
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, folder.resolve(entry.getName().substring(prefix)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    folder.toFile().deleteOnExit(); // hooks run in reverse order: the folder after its files
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (!file.toFile().delete()) {
          file.toFile().deleteOnExit();
        }
      }
      Files.delete(folder);
    } catch (IOException e) {
      // A file in use stays until the JVM ends; deleteOnExit has it.
    }
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    String system = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "macosx" : "windows";
    String processor =
        switch (arch) {
          case "amd64" -> "x86_64";
          case "aarch64" -> "arm64";
          default -> arch;
        };
    return system + "-" + processor;
  }
}
