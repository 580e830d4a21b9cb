package org.tramontane.transformer.tokenizer.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.tensor.UserError;

/// What a SentencePiece `tokenizer.model` says, as far as BPE needs it (`sentencepiece_model.proto`).
///
/// @param pieces the vocabulary; the index is the id
record SentencePieceModel(List<Piece> pieces, Normalizer normalizer, Trainer trainer) {
  /// Kinds of pieces in the order of the file's numbers, which start at 1.
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  /// A piece; a greater score is merged sooner.
  record Piece(String text, float score, Kind kind) {}

  /// `normalizer_spec`.
  record Normalizer(
      int charsMapBytes, boolean addDummyPrefix, boolean removeExtraSpaces, boolean escapeSpaces) {}

  /// `trainer_spec`.
  record Trainer(
      long modelType,
      boolean byteFallback,
      boolean spaceAsSuffix,
      String unkSurface,
      String unk,
      String bos,
      String eos,
      String pad) {}

  static SentencePieceModel parse(Path file, byte[] bytes) {
    ProtoReader in = new ProtoReader(file, ByteBuffer.wrap(bytes));
    List<Piece> pieces = new ArrayList<>();
    Normalizer normalizer = new Normalizer(0, true, true, true);
    Trainer trainer = trainer(new ProtoReader(file, ByteBuffer.allocate(0)));
    while (in.next()) {
      switch (in.field()) {
        case 1 -> pieces.add(piece(file, pieces.size(), in.message()));
        case 2 -> trainer = trainer(in.message());
        case 3 -> normalizer = normalizer(in.message());
        default -> in.skip();
      }
    }
    if (pieces.isEmpty()) {
      throw new UserError(file + ": not a SentencePiece model, it has no pieces");
    }
    return new SentencePieceModel(List.copyOf(pieces), normalizer, trainer);
  }

  private static Piece piece(Path file, int id, ProtoReader in) {
    String text = "";
    float score = 0;
    long kind = 1;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> text = in.string();
        case 2 -> score = in.fixedFloat();
        case 3 -> kind = in.varint();
        default -> in.skip();
      }
    }
    if (text.isEmpty()) {
      throw new UserError(file + ": piece " + id + " is empty; fetch the file again");
    }
    if (kind < 1 || kind > Kind.values().length) {
      throw new UserError(file + ": piece " + id + " has type " + kind + ", allowed are 1 to 6");
    }
    if (Float.isNaN(score)) {
      throw new UserError(file + ": piece " + id + " has the score NaN");
    }
    return new Piece(text, score, Kind.values()[(int) kind - 1]);
  }

  private static Normalizer normalizer(ProtoReader in) {
    int charsMapBytes = 0;
    boolean addDummyPrefix = true;
    boolean removeExtraSpaces = true;
    boolean escapeSpaces = true;
    while (in.next()) {
      switch (in.field()) {
        case 2 -> charsMapBytes = in.byteLength();
        case 3 -> addDummyPrefix = in.bool();
        case 4 -> removeExtraSpaces = in.bool();
        case 5 -> escapeSpaces = in.bool();
        default -> in.skip();
      }
    }
    return new Normalizer(charsMapBytes, addDummyPrefix, removeExtraSpaces, escapeSpaces);
  }

  private static Trainer trainer(ProtoReader in) {
    long modelType = 1;
    boolean byteFallback = false;
    boolean spaceAsSuffix = false;
    String unkSurface = " \u2047 ";
    String unk = "<unk>";
    String bos = "<s>";
    String eos = "</s>";
    String pad = "<pad>";
    while (in.next()) {
      switch (in.field()) {
        case 3 -> modelType = in.varint();
        case 24 -> spaceAsSuffix = in.bool();
        case 35 -> byteFallback = in.bool();
        case 44 -> unkSurface = in.string();
        case 45 -> unk = in.string();
        case 46 -> bos = in.string();
        case 47 -> eos = in.string();
        case 48 -> pad = in.string();
        default -> in.skip();
      }
    }
    return new Trainer(modelType, byteFallback, spaceAsSuffix, unkSurface, unk, bos, eos, pad);
  }
}
