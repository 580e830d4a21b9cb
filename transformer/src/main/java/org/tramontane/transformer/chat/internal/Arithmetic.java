package org.tramontane.transformer.chat.internal;

import java.util.ArrayList;
import java.util.List;

/// Python's arithmetic operators.
final class Arithmetic {
  private Arithmetic() {}

  /// `-value`.
  static Object negative(Object value) {
    return value instanceof Double number ? (Object) (-number) : of("-", 0L, value);
  }

  /// A binary arithmetic operator.
  static Object of(String sign, Object a, Object b) {
    if (a instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (b instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (sign.equals("+") && a instanceof String left && b instanceof String right) {
      Python.requireSize((long) left.length() + right.length());
      return left + right;
    }
    if (sign.equals("+") && a instanceof List<?> left && b instanceof List<?> right) {
      Python.requireSize((long) left.size() + right.size());
      List<Object> sum = new ArrayList<>(left);
      sum.addAll(right);
      return sum;
    }
    if (sign.equals("*") && b instanceof Long && !Python.isNumber(a)) {
      return repeated(a, Python.integer(b));
    }
    if (sign.equals("*") && a instanceof Long && !Python.isNumber(b)) {
      return repeated(b, Python.integer(a));
    }
    if (!Python.isNumber(a) || !Python.isNumber(b)) {
      throw operands(sign, a, b);
    }
    try {
      boolean negativePower = sign.equals("**") && Python.number(b) < 0;
      return negativePower || sign.equals("/") || Python.isReal(a, b)
          ? (Object) real(sign, Python.number(a), Python.number(b))
          : (Object) whole(sign, Python.integer(a), Python.integer(b));
    } catch (ArithmeticException e) {
      throw new TemplateFault(
          "'" + sign + "' of " + Python.text(a) + " and " + Python.text(b) + " has no value");
    }
  }

  private static Object repeated(Object value, long times) {
    long count = Math.max(0, times);
    if (value instanceof String text) {
      Python.requireSize(
          text.isEmpty()
              ? 0
              : Math.multiplyExact(Math.min(count, Python.MAX_SIZE + 1L), text.length()));
      return text.repeat((int) (text.isEmpty() ? 0 : count));
    }
    if (value instanceof List<?> list) {
      Python.requireSize(
          list.isEmpty()
              ? 0
              : Math.multiplyExact(Math.min(count, Python.MAX_SIZE + 1L), list.size()));
      List<Object> product = new ArrayList<>();
      for (long i = 0; i < count && !list.isEmpty(); i++) {
        product.addAll(list);
      }
      return product;
    }
    throw operands("*", value, times);
  }

  private static long whole(String sign, long a, long b) {
    return switch (sign) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      case "**" -> power(a, b);
      default -> throw new IllegalArgumentException("no operator " + sign);
    };
  }

  private static long power(long base, long exponent) {
    if (exponent < 0 || (exponent > 63 && Math.abs(base) > 1)) {
      throw new ArithmeticException("out of range");
    }
    long power = 1;
    for (long i = 0; i < (Math.abs(base) > 1 ? exponent : exponent % 2); i++) {
      power = Math.multiplyExact(power, base);
    }
    return base == 0 && exponent > 0 ? 0 : power;
  }

  private static double real(String sign, double a, double b) {
    if (b == 0 && (sign.startsWith("/") || sign.equals("%"))) {
      throw new ArithmeticException("division by zero");
    }
    return switch (sign) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - b * Math.floor(a / b);
      case "**" -> Math.pow(a, b);
      default -> throw new IllegalArgumentException("no operator " + sign);
    };
  }

  static TemplateFault operands(String sign, Object a, Object b) {
    return a instanceof Undefined left
        ? left.fault()
        : b instanceof Undefined right
            ? right.fault()
            : new TemplateFault(
                "'"
                    + sign
                    + "' does not go between a "
                    + Python.typeName(a)
                    + " and a "
                    + Python.typeName(b));
  }
}
