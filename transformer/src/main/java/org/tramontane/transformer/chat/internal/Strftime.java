package org.tramontane.transformer.chat.internal;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/// Dates as C's `strftime` writes them in the C locale.
final class Strftime {
  private Strftime() {}

  static String format(LocalDateTime time, String pattern) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%' && i + 1 < pattern.length()) {
        boolean unpadded = pattern.charAt(i + 1) == '-' && i + 2 < pattern.length();
        i += unpadded ? 2 : 1;
        String field = field(time, pattern.charAt(i));
        out.append(unpadded ? field.replaceFirst("^0(?=.)", "") : field);
      } else {
        out.append(c);
      }
      Python.requireSize(out.length());
    }
    return out.toString();
  }

  private static String field(LocalDateTime time, char directive) {
    return switch (directive) {
      case 'd' -> two(time.getDayOfMonth());
      case 'e' -> String.format(Locale.ROOT, "%2d", time.getDayOfMonth());
      case 'm' -> two(time.getMonthValue());
      case 'y' -> two(time.getYear() % 100);
      case 'Y' -> Integer.toString(time.getYear());
      case 'H' -> two(time.getHour());
      case 'I' -> two(time.get(ChronoField.CLOCK_HOUR_OF_AMPM));
      case 'M' -> two(time.getMinute());
      case 'S' -> two(time.getSecond());
      case 'j' -> String.format(Locale.ROOT, "%03d", time.getDayOfYear());
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> DateTimeFormatter.ofPattern("MMM", Locale.ENGLISH).format(time);
      case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'F' -> format(time, "%Y-%m-%d");
      case 'T' -> format(time, "%H:%M:%S");
      case 'D' -> format(time, "%m/%d/%y");
      case '%' -> "%";
      default -> throw new TemplateFault("strftime_now: '%" + directive + "' is not supported");
    };
  }

  private static String two(int number) {
    return String.format(Locale.ROOT, "%02d", number);
  }
}
