package org.tramontane.transformer.tokenizer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes a small SentencePiece BPE model, field by field as in `sentencepiece_model.proto`.
final class TinyModel {
  static final int NORMAL = 1;
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int BYTE = 6;

  private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
  private boolean byteFallback;
  private int modelType = 2;
  private int count;

  /// `<unk> <s> </s>` and, from id 3, normal pieces with falling scores.
  TinyModel(String... normal) {
    piece("<unk>", 0, UNKNOWN).piece("<s>", 0, CONTROL).piece("</s>", 0, CONTROL);
    for (String text : normal) {
      piece(text, -count, NORMAL);
    }
  }

  TinyModel piece(String text, float score, int kind) {
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    bytes(piece, 1, text.getBytes(StandardCharsets.UTF_8));
    varint(piece, 2 << 3 | 5);
    piece.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
    number(piece, 3, kind);
    bytes(pieces, 1, piece.toByteArray());
    count++;
    return this;
  }

  /// The 256 byte pieces, and byte fallback.
  TinyModel byteFallback() {
    for (int value = 0; value < 256; value++) {
      piece(String.format("<0x%02X>", value), 0, BYTE);
    }
    byteFallback = true;
    return this;
  }

  TinyModel modelType(int value) {
    modelType = value;
    return this;
  }

  /// The file's bytes; the normalizer puts a space in front and keeps spaces as they are, as Mistral's do.
  byte[] toBytes() {
    ByteArrayOutputStream trainer = new ByteArrayOutputStream();
    number(trainer, 3, modelType);
    number(trainer, 35, byteFallback ? 1 : 0);
    ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
    number(normalizer, 3, 1);
    number(normalizer, 4, 0);
    number(normalizer, 5, 1);
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    model.writeBytes(pieces.toByteArray());
    bytes(model, 2, trainer.toByteArray());
    bytes(model, 3, normalizer.toByteArray());
    return model.toByteArray();
  }

  Tokenizer load(Path folder) {
    return load(folder, toBytes());
  }

  /// Writes bytes as `tokenizer.model` and opens it.
  static Tokenizer load(Path folder, byte[] bytes) {
    try {
      return Tokenizers.load(Files.write(folder.resolve("tokenizer.model"), bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void number(ByteArrayOutputStream out, int field, int value) {
    varint(out, field << 3);
    varint(out, value);
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
    varint(out, field << 3 | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest >>> 7 != 0) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
