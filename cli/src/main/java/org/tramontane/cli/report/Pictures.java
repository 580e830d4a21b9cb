package org.tramontane.cli.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;

/// Writes XChart's charts as PNG and SVG.
public final class Pictures {
  private static final String HEADLESS = "java.awt.headless";

  private Pictures() {}

  /// Has to be called before a chart is made: no window is ever opened.
  public static void prepare() {
    if (System.getProperty(HEADLESS) == null) {
      System.setProperty(HEADLESS, "true");
    }
  }

  /// Writes `NAME.png` and `NAME.svg`.
  ///
  /// @param name the path without an ending
  /// @throws UserError if a file can't be written, or Java's graphics do not work on this machine
  public static void write(Chart<?, ?> chart, Path name) {
    try {
      AtomicFiles.writeFile(
          Path.of(name + ".png"),
          file -> {
            try (OutputStream out = open(file)) {
              BitmapEncoder.saveBitmap(chart, out, BitmapEncoder.BitmapFormat.PNG);
            }
          });
      AtomicFiles.writeFile(
          Path.of(name + ".svg"),
          file -> {
            try (OutputStream out = open(file)) {
              VectorGraphicsEncoder.saveVectorGraphic(
                  chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
            }
          });
    } catch (LinkageError | InternalError e) {
      throw new UserError(
          name
              + ".png can't be drawn: Java's graphics need fonts (fontconfig) on this machine: "
              + e,
          e);
    }
  }

  private static OutputStream open(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file));
  }
}
